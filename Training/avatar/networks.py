"""AD-NeRF's networks with the names and shapes of its checkpoints, arranged for training on a processor.

The condition of a field is one row for a whole group of points, so its share of the two layers that read it is computed
once a group and not once a point.
"""
import torch
import torch.nn.functional as F
from torch import nn

POSITION, DIRECTION = 10, 4
DENSITY = 100.0                       # raw densities are learnt in hundreds


def waves(x, octaves):
    """x, then sine and cosine of x, 2 x, 4 x ... : [..., 3] -> [..., 3 + 6 octaves]."""
    k = torch.arange(octaves)
    a = x[..., None, :] * (2.0 ** k)[:, None]
    return torch.cat([x, torch.stack([a.sin(), a.cos()], -2).flatten(-3)], -1)


def angles(pose):
    """The three angles that the torso's condition is made of."""
    return torch.stack([torch.atan2(pose[..., 2, 2], pose[..., 1, 2]), torch.asin(-pose[..., 0, 2]), torch.atan2(pose[..., 0, 0], -pose[..., 0, 1])], -1)


def signal(pose):
    """[..., 4, 4] -> [..., 42]"""
    return torch.cat([waves(angles(pose), 3), waves(pose[..., :3, 3], 3)], -1)


class FaceField(nn.Module):
    """Position, condition and direction to raw colour and raw density (in hundreds while it learns)."""

    def __init__(self, condition, width=256):
        super().__init__()
        position, direction = 3 + 6 * POSITION, 3 + 6 * DIRECTION
        self.position, self.width = position, width
        n = position + condition
        self.pts_linears = nn.ModuleList([nn.Linear(n if i == 0 else n + width if i == 5 else width, width) for i in range(8)])
        self.views_linears = nn.ModuleList([nn.Linear(direction + width if i == 0 else width // 2, width // 2) for i in range(3)])
        self.feature_linear = nn.Linear(width, width)      # stored by the release, used by nobody
        self.alpha_linear = nn.Linear(width, 1)
        self.rgb_linear = nn.Linear(width // 2, 3)
        for layer in [*self.pts_linears, *self.views_linears]:
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, points, condition, directions):
        """[G, P, 3], [G, C], [G, P, 3] (unit) -> colour [G P, 3] after its sigmoid, density [G P] in hundreds."""
        g, p, _ = points.shape
        x = waves(points.reshape(-1, 3), POSITION)
        d = waves(directions.reshape(-1, 3), DIRECTION)
        n = self.position

        def mixed(layer, hidden=None):
            w = layer.weight
            y = F.linear(x, w[:, :n])
            if hidden is not None:
                y = y + F.linear(hidden, w[:, n + condition.shape[1]:])
            return (y.view(g, p, -1) + F.linear(condition, w[:, n:n + condition.shape[1]], layer.bias)[:, None]).view(g * p, -1)

        h = torch.relu(mixed(self.pts_linears[0]))
        for i in range(1, 8):
            h = torch.relu(mixed(self.pts_linears[5], h) if i == 5 else self.pts_linears[i](h))
        density = self.alpha_linear(h)[:, 0]
        first = self.views_linears[0]
        h = torch.relu(F.linear(h, first.weight[:, :self.width], first.bias) + F.linear(d, first.weight[:, self.width:]))
        for layer in self.views_linears[1:]:
            h = torch.relu(layer(h))
        return torch.sigmoid(self.rgb_linear(h)), density


def stored(state, reads, offset=None, whole=()):
    """A field's state as a checkpoint holds it: half precision but for the layers `whole`, densities whole, and its condition read
    from all the columns of the release's: condition = columns @ reads.T + offset."""
    out = {k: v.detach().double().clone() for k, v in state.items()}
    n, size = 3 + 6 * POSITION, reads.shape[0]
    for layer in ("pts_linears.0", "pts_linears.5"):
        w = out[f"{layer}.weight"]
        mine = w[:, n:n + size]
        if offset is not None:
            out[f"{layer}.bias"] += mine @ offset.double()
        out[f"{layer}.weight"] = torch.cat([w[:, :n], mine @ reads.double(), w[:, n + size:]], 1)
    for k in out:
        if k.startswith("feature_linear"):
            out[k].zero_()
        elif k.startswith("alpha_linear"):
            out[k] *= DENSITY
    return {k: v.float() if k.rsplit(".", 1)[0] in whole else v.half() for k, v in out.items()}


def strided(channels, stride):
    layers = []
    for a, b in zip(channels, channels[1:]):
        layers += [nn.Conv1d(a, b, 3, stride=stride, padding=1), nn.LeakyReLU(0.02)]
    return nn.Sequential(*layers)


class AudioNet(nn.Module):
    """Windows [n, 16, 29] -> [n, 64]."""

    def __init__(self, size=64):
        super().__init__()
        self.encoder_conv = strided([29, 32, 32, 64, 64], 2)
        self.encoder_fc1 = nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.02), nn.Linear(64, size))

    def forward(self, x):
        return self.encoder_fc1(self.encoder_conv(x.transpose(1, 2)).squeeze(-1))


class AudioAttNet(nn.Module):
    """Eight neighbouring codes [n, 8, 64] -> their weighted mean [n, 64]; the first 32 channels give the weights."""

    def __init__(self):
        super().__init__()
        self.attentionConvNet = strided([32, 16, 8, 4, 2, 1], 1)
        self.attentionNet = nn.Sequential(nn.Linear(8, 8), nn.Softmax(dim=1))

    def weights(self, codes):
        return self.attentionNet(self.attentionConvNet(codes[..., :32].transpose(1, 2)).squeeze(1))

    def forward(self, codes):
        return (self.weights(codes)[..., None] * codes).sum(1)


def save(path, coarse, fine, audio, attention, step):
    """A checkpoint: fields by `stored`, the audio networks in half precision too."""
    half = lambda net: {k: v.detach().half() for k, v in net.state_dict().items()}
    state = dict(global_step=step, network_fn_state_dict=coarse, network_fine_state_dict=fine, network_audnet_state_dict=half(audio),
                 optimizer_state_dict={}, optimizer_aud_state_dict={})
    if attention is not None:
        state["network_audattnet_state_dict"] = half(attention)
    torch.save(state, path)
