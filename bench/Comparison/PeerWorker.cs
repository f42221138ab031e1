using System.Diagnostics;
using System.Runtime.InteropServices;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Bench.Comparison;

/// <summary>A case made ready to run.</summary>
public interface IPeerWork : IDisposable
{
    /// <summary>Once, as it is timed.</summary>
    void Run();

    /// <summary>Waits until all runs are over, where they are launched and not waited for: once a sample.</summary>
    void Synchronize() { }

    /// <summary>The numbers to compare: outputs of one run, or the first losses of a training.</summary>
    float[] Results();
}

/// <summary>A library under comparison, in its own process.</summary>
public interface IPeerLibrary : IDisposable
{
    /// <summary>Library, version and code path, in one line.</summary>
    string About { get; }

    /// <summary>A case from the shared inputs.</summary>
    /// <exception cref="NotSupportedException">The library cannot do it; the message says why.</exception>
    IPeerWork Open(PeerCase work, PeerData data);
}

/// <summary>A worker process: does a job and prints a <see cref="PeerLine"/> a case.</summary>
public static class PeerWorker
{
    /// <summary>The hidden first argument of the bench that makes it a worker.</summary>
    public const string Verb = "peer-worker";

    public static int Run(string[] args, Func<PeerJob, IPeerLibrary> open)
    {
        var job = PeerJob.Read(args[0]);
        using var library = open(job);
        var data = new PeerData(SafetensorsFile.Read(job.Data));
        Print(new(About: library.About));
        for (var i = 0; i < job.Cases.Count; i++) Print(Do(library, job, i, data));
        return 0;
    }

    static PeerLine Do(IPeerLibrary library, PeerJob job, int index, PeerData data)
    {
        var name = job.Cases[index];
        try
        {
            using var work = library.Open(PeerCases.Named(name), data);
            if (job.Mode == PeerMode.Time)
            {
                var timing = Timing.Of(calls => Seconds(work, calls), StoppingOf(name, job));
                return new(
                    Case: name, Median: timing.Seconds.Median, Best: timing.Best, Samples: timing.Samples);
            }
            var file = $"{job.Results}-{index}";
            File.WriteAllBytes(file, MemoryMarshal.AsBytes<float>(work.Results()));
            return new(Case: name, Results: file);
        }
        catch (NotSupportedException e)
        {
            return new(Case: name, Skipped: e.Message);
        }
    }

    static double Seconds(IPeerWork work, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++) work.Run();
        work.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>
    /// A step runs code that no earlier case has run: where a library compiles as it goes, that must be over, and
    /// its compiler must not take a core from the samples. An aggregated posterior runs for seconds: once is enough.
    /// </summary>
    static Stopping StoppingOf(string name, PeerJob job) => PeerCases.Named(name) switch
    {
        StepCase or ConvCase => job.Stopping with { WarmUpSeconds = 4 * job.Stopping.WarmUpSeconds },
        PairsCase => job.Stopping with { MinSamples = 1 },
        _ => job.Stopping,
    };

    static void Print(PeerLine line) => Console.Out.WriteLine(line.ToString());
}
