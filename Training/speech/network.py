"""DeepSpeech 0.1.0's network, narrow, in PyTorch; and a head for training that reads lips from its logits."""
import torch
from torch import nn

from phonemes import OUTPUTS
from speech.features import CEPSTRA, CONTEXT, STRIDE, WINDOW

WIDTH, CELLS = 256, 192
FORGET = 1.0
"""What the network adds to the forget gate when it runs; a stored bias lacks it."""


class Network(nn.Module):
    """[B, T, 494] -> logits [B, T, 29]."""

    def __init__(self, width=WIDTH, cells=CELLS):
        super().__init__()
        self.before = nn.ModuleList([nn.Linear(CEPSTRA * (2 * CONTEXT + 1), width), nn.Linear(width, width),
                                     nn.Linear(width, 2 * cells)])
        self.memory = nn.LSTM(2 * cells, cells, batch_first=True, bidirectional=True)
        self.after = nn.Linear(2 * cells, width)
        self.out = nn.Linear(width, OUTPUTS)
        for layer in [*self.before, self.after]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        for name, value in self.memory.named_parameters():
            if name.startswith("bias"):
                nn.init.zeros_(value)
                if name.startswith("bias_ih"):
                    value.data[cells:2 * cells] = FORGET

    def forward(self, x):
        for layer in self.before:
            x = layer(x).clamp(0, 20)
        x, _ = self.memory(x)
        return self.out(self.after(x).clamp(0, 20))

    def weights(self):
        """{node name: array} as a graph stores them: matrices [in, out], an LSTM's gates in the order i, j, f, o."""
        named = {}
        for number, layer in [*enumerate(self.before, 1), (5, self.after), (6, self.out)]:
            named[f"h{number}"] = layer.weight.detach().T.numpy()
            named[f"b{number}"] = layer.bias.detach().numpy()
        for direction, suffix in (("fw", ""), ("bw", "_reverse")):
            get = lambda kind: getattr(self.memory, f"{kind}_l0{suffix}").detach()
            kernel = torch.cat([get("weight_ih"), get("weight_hh")], 1)
            bias = get("bias_ih") + get("bias_hh")
            i, f, j, o = [torch.cat([kernel, bias[:, None]], 1).chunk(4)[part] for part in range(4)]
            f[:, -1] -= FORGET
            gates = torch.cat([i, j, f, o])
            named[f"bidirectional_rnn/{direction}/basic_lstm_cell/kernel"] = gates[:, :-1].T.contiguous().numpy()
            named[f"bidirectional_rnn/{direction}/basic_lstm_cell/bias"] = gates[:, -1].contiguous().numpy()
        return named


class Lips(nn.Module):
    """Logits [B, T, 29] -> mouths [B, F, 3] from windows as AD-NeRF sees them. Thrown away after training."""

    def __init__(self, hidden=96):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(WINDOW * OUTPUTS, hidden), nn.ReLU(), nn.Linear(hidden, 3))

    def forward(self, logits):
        padded = nn.functional.pad(logits / 8, (0, 0, WINDOW // 2, WINDOW // 2))
        return self.layers(padded.unfold(1, WINDOW, STRIDE)[:, :-1].flatten(2))
