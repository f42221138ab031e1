using BenchmarkDotNet.Running;

namespace Hybrid.Bench;

/// <summary><c>bench -- micro …</c>: single lanes under BenchmarkDotNet; every argument is its own.</summary>
static class MicroBenchmarks
{
    public static int Run(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(args);
        return 0;
    }
}
