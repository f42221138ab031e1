using Hybrid.Devices.Host;

namespace Hybrid.Devices.Tests.Host;

[TestFixture]
public sealed unsafe class HostDeviceTests
{
    static IEnumerable<TestCaseData> Variants() =>
        Everywhere.Variants.Select(v => new TestCaseData(v.Lanes, v.Threads));

    /// <summary>
    /// What each thread has allocated; threads wait for one another, so that each answers once.
    /// </summary>
    readonly struct Allocated(long* bytes, int* arrived, int threads) : ITasks
    {
        public void Run(int task, int worker)
        {
            Interlocked.Increment(ref *arrived);
            while (Volatile.Read(ref *arrived) < threads) Thread.Yield();
            bytes[worker] = GC.GetAllocatedBytesForCurrentThread();
        }
    }

    [TestCaseSource(nameof(Variants))]
    public void Operations_allocate_nothing(HostLanes lanes, int threads)
    {
        using var device = new HostDevice(threads, lanes);
        var every = new EveryOperation(device);
        for (uint step = 0; step < 3; step++) every.Run(step);
        long* before = stackalloc long[threads], after = stackalloc long[threads];
        Ask(before);
        for (uint step = 0; step < 20; step++) every.Run(step);
        Ask(after);
        for (var worker = 0; worker < threads; worker++)
            Assert.That(after[worker] - before[worker], Is.Zero, $"bytes allocated by thread {worker}");

        void Ask(long* bytes)
        {
            var arrived = 0;
            device.Pool.Run(new Allocated(bytes, &arrived, threads), threads);
        }
    }

    /// <remarks>
    /// The hash is printed, so that runs with DOTNET_EnableAVX512=0 and DOTNET_EnableAVX2=0 can be compared.
    /// </remarks>
    [Test]
    public void Steps_of_every_operation_give_the_same_bits_on_every_variant()
    {
        var hashes = new HashSet<string>();
        foreach (var (lanes, threads) in Everywhere.Variants)
        {
            using var device = new HostDevice(threads, lanes);
            var every = new EveryOperation(device);
            for (uint step = 0; step < 3; step++) every.Run(step);
            hashes.Add(every.Hash());
        }
        TestContext.Out.WriteLine(string.Join('\n', hashes));
        Assert.That(hashes, Has.Count.EqualTo(1));
    }

    [Test]
    public void It_says_what_was_found()
    {
        using HostDevice one = new(1, HostLanes.F32), all = new();
        Assert.That(one.Description, Is.EqualTo("host · 1 thread · scalar"));
        Assert.That(all.Description, Does.Match(
            @"^host · \d+ threads? · (AVX-512 \(16 lanes\)|AVX2 \(8 lanes\)|(SSE|AdvSimd) \(4 lanes\)|4 lanes, emulated)$"));
        Assert.That(all.Pool.Threads, Is.EqualTo(Environment.ProcessorCount));
        Assert.That(all.Lanes, Is.Not.EqualTo(HostLanes.Auto));
    }

    [Test]
    public void New_memory_is_zero_and_aligned()
    {
        using var device = new HostDevice(1);
        var tensor = device.Arena.Allocate(3, 5);
        var next = device.Arena.Allocate(1 << 12, 1 << 11);
        Assert.That(device.ToArray(tensor), Is.All.Zero);
        Assert.That(device.ToArray(next), Is.All.Zero);
        Assert.That((long)((HostArena)device.Arena).At(next) % 64, Is.Zero);
    }

    [Test]
    public void Copies_respect_strides_and_refuse_a_wrong_count()
    {
        using var device = new HostDevice(1);
        var parent = device.From(Sample.Uniform(12, 1), 3, 4);
        device.Upload([1f, 2, 3, 4, 5, 6], parent.Columns(1, 2));
        Assert.That(device.ToArray(parent.Columns(1, 2)), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(device.ToArray(parent)[0], Is.EqualTo(Sample.Uniform(12, 1)[0]));
        Assert.That(() => device.Upload([1f, 2f], parent),
            Throws.ArgumentException.With.Message.Contains("must be 12"));
        Assert.That(() => device.Download(parent, new float[11]), Throws.ArgumentException);
    }

    [Test]
    public void Memory_goes_with_the_device()
    {
        var device = new HostDevice(2);
        var tensor = device.Arena.Allocate(1, 1);
        device.Dispose();
        Assert.That(() => device.ToArray(tensor), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
