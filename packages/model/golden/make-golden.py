"""Writes gpt.safetensors: a small GPT's parameters, a batch, and what PyTorch makes of them.

python3 make-golden.py   (Debian: python3-torch; float64 throughout, stored as float32)

Tensors: initial/<name>, gradient/<name>, final/<name> (after 20 AdamW steps), ids, targets, weights, logits, losses (20).
The architecture is GPT-2's (pre-LN, tanh GELU, Conv1D weights stored as (in, out), tied output over the first rows).
"""

import json
import math
import struct

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)

CONFIG = dict(vocabSize=29, outputSize=23, blockSize=11, nLayer=2, nHead=2, nEmbd=20)
B, T, STEPS = 3, 7, 20
ADAMW = dict(lr=3e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
MAX_NORM = 0.5
V, OUT, C, L, H = CONFIG["vocabSize"], CONFIG["outputSize"], CONFIG["nEmbd"], CONFIG["nLayer"], CONFIG["nHead"]


def parameters():
    p = {"wte.weight": torch.randn(V, C) * 0.3, "wpe.weight": torch.randn(CONFIG["blockSize"], C) * 0.3}
    for i in range(L):
        for name, fan_in, fan_out in [("attn.c_attn", C, 3 * C), ("attn.c_proj", C, C), ("mlp.c_fc", C, 4 * C), ("mlp.c_proj", 4 * C, C)]:
            p[f"h.{i}.{name}.weight"] = torch.randn(fan_in, fan_out) / math.sqrt(fan_in)
            p[f"h.{i}.{name}.bias"] = torch.randn(fan_out) * 0.1
        for name in ["ln_1", "ln_2"]:
            p[f"h.{i}.{name}.weight"] = 1 + torch.randn(C) * 0.1
            p[f"h.{i}.{name}.bias"] = torch.randn(C) * 0.1
    p["ln_f.weight"] = 1 + torch.randn(C) * 0.1
    p["ln_f.bias"] = torch.randn(C) * 0.1
    return {k: v.float().double().requires_grad_() for k, v in p.items()}  # exactly representable in float32


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def forward(p, ids):
    norm = lambda x, name: torch.nn.functional.layer_norm(x, (C,), p[f"{name}.weight"], p[f"{name}.bias"], 1e-5)
    dense = lambda x, name: x @ p[f"{name}.weight"] + p[f"{name}.bias"]
    x = p["wte.weight"][ids] + p["wpe.weight"][: ids.shape[1]]
    mask = torch.tril(torch.ones(T, T, dtype=torch.bool))
    for i in range(L):
        q, k, v = dense(norm(x, f"h.{i}.ln_1"), f"h.{i}.attn.c_attn").split(C, dim=2)
        heads = lambda t: t.view(B, T, H, C // H).transpose(1, 2)
        scores = heads(q) @ heads(k).transpose(2, 3) / math.sqrt(C // H)
        attended = scores.masked_fill(~mask, float("-inf")).softmax(-1) @ heads(v)
        x = x + dense(attended.transpose(1, 2).reshape(B, T, C), f"h.{i}.attn.c_proj")
        x = x + dense(gelu(dense(norm(x, f"h.{i}.ln_2"), f"h.{i}.mlp.c_fc")), f"h.{i}.mlp.c_proj")
    return norm(x, "ln_f") @ p["wte.weight"][:OUT].T


def loss_of(logits, targets, weights):
    return -(logits.log_softmax(-1).gather(2, targets[..., None])[..., 0] * weights).sum()


def write(path, tensors, metadata):
    header, data, offset = {"__metadata__": metadata}, [], 0
    for name in sorted(tensors):
        t = tensors[name].detach()
        dtype, code = ("I32", torch.int32) if not t.is_floating_point() else ("F32", torch.float32)
        raw = t.to(code).contiguous().numpy().tobytes()
        header[name] = {"dtype": dtype, "shape": list(t.shape), "data_offsets": [offset, offset + len(raw)]}
        data.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(data))


p = parameters()
ids = torch.randint(0, V, (B, T))
targets = torch.randint(0, OUT, (B, T))
weights = (torch.rand(B, T) * (torch.rand(B, T) > 0.2)).float().double()
out = {f"initial/{k}": v.clone() for k, v in p.items()}
out.update(ids=ids, targets=targets, weights=weights)
optimizer = torch.optim.AdamW(p.values(), **ADAMW)  # weight decay on every tensor
losses = []
for step in range(STEPS):
    logits = forward(p, ids)
    loss = loss_of(logits, targets, weights)
    optimizer.zero_grad()
    loss.backward()
    if step == 0:
        out["logits"] = logits.clone()
        out.update({f"gradient/{k}": v.grad.clone() for k, v in p.items()})
    torch.nn.utils.clip_grad_norm_(p.values(), MAX_NORM)
    optimizer.step()
    losses.append(loss.detach())
out["losses"] = torch.stack(losses)
out.update({f"final/{k}": v for k, v in p.items()})
write("gpt.safetensors", out, {"config": json.dumps(CONFIG), "adamw": json.dumps({**ADAMW, "maxNorm": MAX_NORM})})
print("losses", [round(float(x), 4) for x in losses[:3]], "...", float(losses[-1]))
