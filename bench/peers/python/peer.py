"""PyTorch as a peer: does the job in the file that is its only argument, and prints a line of JSON a case.

The job, the data and the lines are those of bench/Comparison (PeerJob, PeerData, PeerLine).
"""
import json
import math
import struct
import sys
import time

import torch
from torch.nn import functional as F

CHECKED, RATE = 10, 1e-3
PIXELS, LATENT, DIMS, DEPTH, WAVES = 784, 20, 20, 4, 32


def read_safetensors(path):
    """name -> float32 tensor, without the safetensors package."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        if end > start:
            flat = torch.frombuffer(data, dtype=torch.float32, count=(end - start) // 4, offset=start)
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def first_line(error):
    return str(error).strip().split("\n")[0]


def adam(parameters, fused, **options):
    if not fused:
        return torch.optim.Adam(parameters, lr=RATE, **options)
    try:
        return torch.optim.Adam(parameters, lr=RATE, fused=True, **options)
    except (TypeError, RuntimeError) as error:
        raise NotImplementedError("this PyTorch has no fused Adam here: %s" % first_line(error))


def compiled(function, device):
    """torch.compile, once it has compiled something small: it needs a C++ compiler or Triton."""
    if not hasattr(torch, "compile"):
        raise NotImplementedError("torch.compile came with PyTorch 2.0; this is %s" % torch.__version__)
    try:
        torch.compile(lambda x: x * 2 + 1)(torch.ones(2, device=device))
    except Exception as error:  # Of many types, some of them known to the compiler's modules only.
        raise NotImplementedError("torch.compile does not work here: %s" % first_line(error))
    return torch.compile(function)


class Step:
    """A training step as a user of PyTorch writes it.

    ways: "fused" Adam, the loss under torch.compile ("compile"), the whole step as one CUDA graph ("graph"); the
    last two with fused Adam. checked: noise comes from the file, through buffers that a graph reads too.
    """

    def __init__(self, model, batch, data, device, ways, checked):
        self.model, self.batch, self.device = model, batch, device
        prefix = model.lower() + "/"
        noise = "%sb%d/" % (prefix, batch)
        self.rows = {name[len(noise):]: tensor for name, tensor in data.items() if name.startswith(noise)}
        self.given = {symbol: rows[:batch].to(device).clone() for symbol, rows in self.rows.items()} if checked else {}
        self.w = {
            name[len(prefix) + 2:]: (tensor.t() if tensor.dim() == 2 else tensor).contiguous().to(device)
            .clone().requires_grad_()
            for name, tensor in data.items() if name.startswith(prefix + "w/")
        }
        if "compile" in ways:
            self.loss = compiled(self.loss, device)
        graph = {"capturable": True} if "graph" in ways else {}
        self.optimizer = adam(list(self.w.values()), "eager" not in ways, **graph)
        self.x = data[prefix + "x"][:batch].to(device)
        self.y = data[prefix + "y"][:batch].to(device) if prefix + "y" in data else None
        self.classes = torch.arange(batch, device=device)
        self.frequencies = 1000 * torch.exp(-math.log(1e4) * torch.arange(WAVES, device=device) / WAVES)[None]
        if "graph" in ways:
            self.capture()

    def capture(self):
        """From here on run() replays one graph: forward, backward and Adam."""
        start = [parameter.detach().clone() for parameter in self.w.values()]
        eager = self.run
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):
                eager()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            loss = eager()

        def replay():
            graph.replay()
            return loss
        self.run = replay
        # The first runs have trained: back to where everybody starts, in the memory that the graph knows.
        with torch.no_grad():
            for parameter, value in zip(self.w.values(), start):
                parameter.copy_(value)
            for state in self.optimizer.state.values():
                for value in state.values():
                    value.zero_()

    def linear(self, name, x):
        return F.linear(x, self.w[name + "/w"], self.w[name + "/b"])

    def noise(self, symbol, draw):
        return self.given[symbol] if self.given else draw()

    def network(self, name, x, layers=3):
        for i in range(layers - 1):
            x = F.relu(self.linear("%s/%d" % (name, i), x))
        return self.linear("%s/%d" % (name, layers - 1), x)

    def loss(self):
        return {"Vae": self.vae, "Diffusion": self.diffusion, "InfoNceConcat": self.concat,
                "InfoNceSeparable": self.separable}[self.model]()

    def vae(self):
        mu, log_var = self.network("encoder", self.x).chunk(2, 1)
        z = mu + (0.5 * log_var).exp() * self.noise("eps", lambda: torch.randn_like(mu))
        logits = self.network("decoder", z)
        kl = -0.5 * (1 + log_var - mu * mu - log_var.exp()).sum()
        return (F.binary_cross_entropy_with_logits(logits, self.x, reduction="sum") + kl) / self.batch

    def diffusion(self):
        t = self.noise("t", lambda: torch.rand(self.batch, device=self.device))[:, None]
        eps = self.noise("eps", lambda: torch.randn_like(self.x))
        first = math.atan(math.exp(-7.5))
        turned = first + t * (math.pi / 2 - 2 * first)
        angle = t * self.frequencies
        embedding = torch.cat([angle.sin(), angle.cos()], 1)
        h = self.linear("input/0", turned.cos() * self.x + turned.sin() * eps)
        h = h + self.linear("time/1", F.silu(self.linear("time/0", embedding)))
        for i in range(DEPTH):
            h = F.silu(self.linear("body/%d" % i, h))
        return ((self.linear("body/%d" % DEPTH, h) - eps) ** 2).sum(1).mean()

    def concat(self):
        b = self.batch
        xs = self.x[:, None].expand(b, b, DIMS).reshape(b * b, DIMS)
        ys = self.y[None].expand(b, b, DIMS).reshape(b * b, DIMS)
        return F.cross_entropy(self.network("critic", torch.cat([xs, ys], 1)).reshape(b, b), self.classes)

    def separable(self):
        return F.cross_entropy(self.network("x", self.x) @ self.network("y", self.y).t(), self.classes)

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        self.optimizer.step()
        return loss

    def results(self):
        losses = []
        for i in range(CHECKED):
            for symbol, buffer in self.given.items():
                buffer.copy_(self.rows[symbol][i * self.batch:(i + 1) * self.batch])
            losses.append(self.run().item())
        return torch.tensor(losses)


class Work:
    """One expression whose value is the result."""

    def __init__(self, run):
        self.run = run

    def results(self):
        return self.run().detach()


def gemm(label, data, device):
    op, shape = label.split(" ")
    m, n, k = map(int, shape.split("x"))
    a, b = data["product/a"][:m * k].to(device), data["product/b"][:k * n].to(device)
    a = a.reshape(k, m).t() if op == "TN" else a.reshape(m, k)
    b = b.reshape(n, k).t() if op == "NT" else b.reshape(k, n)
    return Work(lambda: a @ b)


def elementwise(label, data, device, fused):
    name, n = label.split(" ")
    x, t = data["element/x"][:int(n)].clone().to(device), data["element/t"][:int(n)].clone().to(device)
    if name == "Adam":
        x.requires_grad_()
        x.grad = t
        optimizer = adam([x], fused)
        return Work(lambda: (optimizer.step(), x)[1])
    if name == "BceForwardBackward":
        x.requires_grad_()

        def bce():
            x.grad = None
            F.binary_cross_entropy_with_logits(x, t, reduction="sum").backward()
            return x.grad
        return Work(bce)
    return Work({"Normals": x.normal_, "Exp": lambda: torch.exp(x), "Log": lambda: torch.log(t),
                 "Tanh": lambda: torch.tanh(x), "Silu": lambda: F.silu(x), "Softplus": lambda: F.softplus(x)}[name])


class Conv:
    """3x3, a border of zeros, forward and backward."""

    def __init__(self, label, data, device, channels_last):
        b, size, channels = label.split(" ")
        b, size = int(b[1:]), int(size.split("x")[0])
        inputs, outputs = map(int, channels.split("->"))
        form = torch.channels_last if channels_last else torch.contiguous_format

        def images(values, count, side, depth):
            values = values[:count * side * side * depth].reshape(count, side, side, depth).permute(0, 3, 1, 2)
            return values.to(device).contiguous(memory_format=form)
        self.x = images(data["product/a"], b, size, inputs).requires_grad_()
        self.dy = images(data["product/b"], b, size, outputs)
        w = data["product/b"][:9 * inputs * outputs].reshape(3, 3, inputs, outputs).permute(3, 2, 0, 1)
        self.w = w.to(device).contiguous(memory_format=form).requires_grad_()
        self.bias = torch.zeros(outputs, device=device)

    def run(self):
        self.x.grad = self.w.grad = None
        y = F.conv2d(self.x, self.w, self.bias, padding=1)
        y.backward(self.dy)
        return y

    def results(self):
        y = self.run().detach()
        parts = [y.permute(0, 2, 3, 1), self.x.grad.permute(0, 2, 3, 1), self.w.grad.permute(2, 3, 1, 0)]
        return torch.cat([part.reshape(-1) for part in parts])


class Pairs:
    """log q(z) and log q(z_d) of N Gaussians at N points, by a broadcast of some rows at a time."""

    def __init__(self, label, data, device):
        n, d = (int(part[1:]) for part in label.split(" "))
        self.z, self.mu, self.log_var = (
            data["pairs/" + name][:n * d].reshape(n, d).to(device) for name in ("z", "mu", "logVar"))
        # A table that stays in a core's caches, or one that fills a GPU.
        self.rows = max(1, (1 << (26 if device.type == "cuda" else 20)) // (n * d))

    def run(self):
        half, scale = -0.5 * (-self.log_var).exp(), -0.5 * (self.log_var + math.log(2 * math.pi))
        count = math.log(len(self.mu))
        density, marginals = [], []
        for z in self.z.split(self.rows):
            residual = z[:, None] - self.mu
            terms = torch.addcmul(scale, residual * residual, half)
            density.append(torch.logsumexp(terms.sum(2), 1) - count)
            marginals.append(torch.logsumexp(terms, 1) - count)
        return torch.cat([torch.cat(density), torch.cat(marginals).reshape(-1)])

    def results(self):
        return self.run()


def open_case(name, job, data, device):
    section, label = name.split("/", 1)
    ways = job["implementation"].split("-")[1:] or ["eager"]
    if section == "gemm":
        return gemm(label, data, device)
    if section == "conv":
        return Conv(label, data, device, "channels" in ways)
    if section == "elementwise":
        return elementwise(label, data, device, "fused" in ways)
    if section == "pairs":
        return Pairs(label, data, device)
    model, batch = label.split(" b")
    return Step(model, int(batch), data, device, ways, job["mode"] != "time")


def quantile(values, p):
    at = p * (len(values) - 1)
    below = int(at)
    above = min(below + 1, len(values) - 1)
    return values[below] + (at - below) * (values[above] - values[below])


def measure(work, stopping, synchronize):
    """As Timing.Of in the bench: samples of at least a millisecond, after a warm-up.

    A first run may compile for a minute; it must not be what the number of calls is reckoned from.
    """
    def clock(calls):
        start = time.perf_counter()
        for _ in range(calls):
            work.run()
        synchronize()
        return time.perf_counter() - start

    clock(1)
    begin, calls = time.perf_counter(), 1
    while True:
        sample = clock(calls)
        if sample < 1e-3:
            calls *= 2
        elif time.perf_counter() - begin >= stopping["warmUpSeconds"]:
            break
    calls = max(1, math.ceil(calls * 1e-3 / sample))
    samples, begin = [], time.perf_counter()
    while len(samples) < stopping["minSamples"] or (
            len(samples) < stopping["maxSamples"] and time.perf_counter() - begin < stopping["measureSeconds"]):
        samples.append(clock(calls) / calls)
    samples.sort()
    return {"median": quantile(samples, 0.5), "best": samples[0], "samples": len(samples)}


def main(path):
    with open(path, encoding="utf-8") as file:
        job = json.load(file)
    torch.set_num_threads(job["threads"])
    cuda = job["device"] == "cuda"
    if cuda and not torch.cuda.is_available():
        sys.exit("this PyTorch finds no CUDA device")
    # PyTorch's own defaults differ between products and convolutions.
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = job["implementation"].endswith("-tf32")
    device = torch.device("cuda" if cuda else "cpu")
    synchronize = torch.cuda.synchronize if cuda else lambda: None
    data = read_safetensors(job["data"])
    about = "PyTorch %s · Python %s" % (torch.__version__, sys.version.split()[0])
    if cuda:
        about += " · %s" % torch.cuda.get_device_name()
    print(json.dumps({"about": about}), flush=True)
    for index, name in enumerate(job["cases"]):
        line = {"case": name}
        try:
            work = open_case(name, job, data, device)
            if job["mode"] == "time":
                stopping = dict(job["stopping"], minSamples=1) if name.startswith("pairs/") else job["stopping"]
                line.update(measure(work, stopping, synchronize))
            else:
                line["results"] = "%s-%d" % (job["results"], index)
                with open(line["results"], "wb") as file:
                    file.write(work.results().cpu().contiguous().float().numpy().tobytes())
        except NotImplementedError as error:
            line = {"case": name, "skipped": str(error)}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
