"""Adam in the eigenbasis of Shampoo's preconditioner (SOAP: Vyas et al. 2024) for matrices, plain Adam for the rest."""
import torch


class Soap(torch.optim.Optimizer):
    def __init__(self, params, lr=3e-3, betas=(0.95, 0.95), every=10, largest=400):
        super().__init__([p for p in params], dict(lr=lr, betas=betas, every=every, largest=largest))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, s = p.grad, self.state[p]
                if not s:
                    s["step"], s["m"], s["v"] = 0, torch.zeros_like(g), torch.zeros_like(g)
                    s["sides"] = [g.dim() == 2 and 2 < n <= group["largest"] for n in g.shape]
                    if any(s["sides"]):
                        s["cov"] = [g.new_zeros(n, n) if on else None for n, on in zip(g.shape, s["sides"])]
                        s["basis"] = None
                if any(s["sides"]):
                    if s["basis"] is None:                         # the first gradient only sets the basis
                        self._covariance(s, g, 0.0)
                        s["basis"] = [torch.linalg.eigh(c)[1].flip(1) if c is not None else None for c in s["cov"]]
                        continue
                    turned = self._turn(s, g, True)
                else:
                    turned = g
                s["step"] += 1
                t = s["step"]
                s["m"].lerp_(g, 1 - b1)
                s["v"].mul_(b2).addcmul_(turned, turned, value=1 - b2)
                m = self._turn(s, s["m"], True) if any(s["sides"]) else s["m"]
                scale = (1 - b2 ** t) ** 0.5 / (1 - b1 ** t)
                move = m / (s["v"].sqrt() + 1e-10) * scale
                if any(s["sides"]):
                    move = self._turn(s, move, False)
                p.add_(move, alpha=-group["lr"])
                if any(s["sides"]):
                    self._covariance(s, g, b2)
                    if t % group["every"] == 0:
                        self._refresh(s)

    @staticmethod
    def _covariance(s, g, keep):
        for i, c in enumerate(s["cov"]):
            if c is not None:
                c.lerp_(g @ g.T if i == 0 else g.T @ g, 1 - keep)

    @staticmethod
    def _turn(s, g, into):
        a, b = s["basis"]
        if a is not None:
            g = (a.T if into else a) @ g
        if b is not None:
            g = g @ (b if into else b.T)
        return g

    @staticmethod
    def _refresh(s):
        """One power iteration: the basis follows the covariances; the second moments follow the basis's order."""
        for i, c in enumerate(s["cov"]):
            if c is not None:
                q = s["basis"][i]
                order = (q * (c @ q)).sum(0).argsort(descending=True)
                s["v"] = s["v"].index_select(i, order)
                s["basis"][i] = torch.linalg.qr(c @ q[:, order])[0]
