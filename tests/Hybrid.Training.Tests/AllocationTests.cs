using System.Runtime;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training.Tests;

/// <summary>A training step allocates nothing, on no thread.</summary>
[TestFixture]
public sealed unsafe class AllocationTests
{
    const int Warming = 5, Steps = 25;

    /// <summary>Each thread writes down what it has allocated; they wait for one another, so that each
    /// answers once.</summary>
    readonly struct Census(long* bytes, int* arrived, int threads) : ITasks
    {
        public void Run(int task, int worker)
        {
            Interlocked.Increment(ref *arrived);
            while (Volatile.Read(ref *arrived) < threads) Thread.Yield();
            bytes[worker] = GC.GetAllocatedBytesForCurrentThread();
        }
    }

    /// <summary>Allocates on every thread but the caller.</summary>
    readonly struct Littering(int* arrived, int threads) : ITasks
    {
        public void Run(int task, int worker)
        {
            Interlocked.Increment(ref *arrived);
            while (Volatile.Read(ref *arrived) < threads) Thread.Yield();
            if (worker != 0) GC.KeepAlive(new object());
        }
    }

    /// <summary>What each thread allocates, while nobody collects.</summary>
    /// <remarks>
    /// A collection, which any thread of the process may cause, takes what is left of each thread's allocation context
    /// and counts it as allocated: up to 8 KB of nothing.
    /// </remarks>
    internal static long[] AllocatedBy(HostDevice device, Action work)
    {
        const long enoughForOthers = 64 << 20;
        var threads = device.Pool.Threads;
        long* before = stackalloc long[threads], after = stackalloc long[threads];
        GC.TryStartNoGCRegion(enoughForOthers);
        try
        {
            Ask(device, before);
            work();
            Ask(device, after);
        }
        finally
        {
            // Over already, if others took more.
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        }
        var result = new long[threads];
        for (var i = 0; i < threads; i++) result[i] = after[i] - before[i];
        return result;
    }

    static void Ask(HostDevice device, long* bytes)
    {
        var arrived = 0;
        device.Pool.Run(new Census(bytes, &arrived, device.Pool.Threads), device.Pool.Threads);
    }

    /// <summary>Wide enough that operations are shared among the threads.</summary>
    static VaeTrainer Trainer(HostDevice device, VaeRunOptions options) =>
        new(device, options with { Hidden = [64], BatchSize = 64 }, Small.Data(train: 64 * 32, size: 28));

    static IEnumerable<TestCaseData> Cases()
    {
        foreach (var threads in new[] { 1, 2, 3 })
        {
            yield return new(Small.Options, threads) { TestName = $"Bernoulli, {threads} threads" };
            yield return new(Small.Mixture, threads) { TestName = $"Mixture of logistics, {threads} threads" };
            foreach (var prior in Enum.GetValues<PriorKind>().Skip(1))
                yield return new(Small.Options with { Prior = prior, PriorComponents = 36 }, threads)
                {
                    TestName = $"{prior}, {threads} threads",
                };
            yield return new(Small.Gaussian, threads) { TestName = $"Gaussian, {threads} threads" };
        }
        foreach (var remedy in new[] { "anneal", "cyclical", "free-bits", "capacity", "aggressive:5,20", "delta" })
            yield return new(Small.Options with { Remedy = remedy }, 2) { TestName = remedy };
        foreach (var objective in new[] { "iwae-dreg:3", "dip-i", "dip-ii", "tc", "info:0.5", "factor" })
            yield return new(Small.Options with { Objective = objective }, 2) { TestName = objective };
        var vamp = Small.Options with { Prior = PriorKind.Vamp, PriorComponents = 36 };
        yield return new(vamp with { Objective = "iwae-dreg:3" }, 2) { TestName = "iwae-dreg:3 with a VampPrior" };
        yield return new(vamp with { Remedy = "free-bits" }, 2) { TestName = "free-bits with a VampPrior" };
    }

    [TestCaseSource(nameof(Cases))]
    public void A_step_allocates_nothing(VaeRunOptions options, int threads)
    {
        using var device = new HostDevice(threads);
        var trainer = Trainer(device, options);
        Take(trainer, Warming);
        var bytes = AllocatedBy(device, () => Take(trainer, Steps));
        Assert.That(bytes, Has.Length.EqualTo(threads).And.All.Zero);
    }

    static void Take(VaeTrainer trainer, int steps)
    {
        for (var i = 0; i < steps; i++) trainer.Step();
    }

    [Test]
    public void The_check_sees_one_object_of_the_caller()
    {
        using var device = new HostDevice(threads: 2);
        var trainer = Trainer(device, Small.Options);
        Take(trainer, Warming);
        var bytes = AllocatedBy(device, () =>
        {
            Take(trainer, Steps);
            GC.KeepAlive(new object());
        });
        Assert.That(bytes[0], Is.Positive);
        Assert.That(bytes[1], Is.Zero);
    }

    [Test]
    public void The_check_sees_one_object_of_a_worker()
    {
        using var device = new HostDevice(threads: 3);
        var bytes = AllocatedBy(device, () =>
        {
            var arrived = 0;
            device.Pool.Run(new Littering(&arrived, 3), 3);
        });
        Assert.That(bytes[1..], Has.All.Positive);
    }

    /// <summary>The census itself, and the operations' first use, are not what is counted.</summary>
    [Test]
    public void The_check_sees_nothing_where_nothing_is()
    {
        using var device = new HostDevice(threads: 3);
        Assert.That(AllocatedBy(device, () => { }), Has.All.Zero);
    }
}
