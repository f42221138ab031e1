using Hybrid.Bench.Comparison;
using Hybrid.Peers.Torch;

return PeerWorker.Run(args, job => new TorchLibrary(job));
