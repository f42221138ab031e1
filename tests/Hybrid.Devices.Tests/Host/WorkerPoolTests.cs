using Hybrid.Devices.Host;

namespace Hybrid.Devices.Tests.Host;

[TestFixture]
public sealed unsafe class WorkerPoolTests
{
    static readonly int[] ThreadCounts = [1, 2, 3, 8, 19];

    /// <summary>Counts how often each task ran.</summary>
    readonly struct Count(int* runs) : ITasks
    {
        public void Run(int task, int worker) => Interlocked.Increment(ref runs[task]);
    }

    /// <summary>Fails in one task.</summary>
    readonly struct Fail(int when) : ITasks
    {
        public void Run(int task, int worker)
        {
            if (task == when) throw new FormatException("task " + task);
        }
    }

    /// <summary>Keeps every thread until all have come, so that each runs exactly one task.</summary>
    readonly struct Meet(int* arrived, int* ids, int threads) : ITasks
    {
        public void Run(int task, int worker)
        {
            ids[worker] = Environment.CurrentManagedThreadId;
            Interlocked.Increment(ref *arrived);
            while (Volatile.Read(ref *arrived) < threads) Thread.Yield();
        }
    }

    static WorkerPool? outer;

    /// <summary>Starts a job inside a job.</summary>
    readonly struct Nest : ITasks
    {
        public void Run(int task, int worker) => outer!.Run(default(Nest), 1);
    }

    [Test]
    public void Every_task_runs_once(
        [ValueSource(nameof(ThreadCounts))] int threads, [Values(0, 1, 2, 5, 64)] int tasks)
    {
        using var pool = new WorkerPool(threads);
        var runs = stackalloc int[64];
        for (var job = 1; job <= 2000; job++)
        {
            pool.Run(new Count(runs), tasks);
            for (var task = 0; task < 64; task++)
                if (runs[task] != (task < tasks ? job : 0))
                    Assert.Fail($"Task {task} ran {runs[task]} times in {job} jobs.");
        }
    }

    [Test]
    public void Every_thread_takes_part([ValueSource(nameof(ThreadCounts))] int threads)
    {
        using var pool = new WorkerPool(threads);
        Thread.Sleep(20);
        var ids = stackalloc int[threads];
        for (var job = 0; job < 3; job++)
        {
            var arrived = 0;
            pool.Run(new Meet(&arrived, ids, threads), threads);
        }
        Assert.That(new Span<int>(ids, threads).ToArray(), Is.Unique);
        Assert.That(ids[0], Is.EqualTo(Environment.CurrentManagedThreadId));
        Assert.That(pool.Threads, Is.EqualTo(threads));
    }

    [Test]
    public void An_exception_reaches_the_caller_and_the_pool_lives_on(
        [ValueSource(nameof(ThreadCounts))] int threads)
    {
        using var pool = new WorkerPool(threads);
        for (var when = 0; when < 20; when++)
            Assert.That(() => pool.Run(new Fail(when), 20),
                Throws.TypeOf<FormatException>().With.Message.EqualTo("task " + when));
        var runs = stackalloc int[20];
        pool.Run(new Count(runs), 20);
        Assert.That(new Span<int>(runs, 20).ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void A_job_inside_a_job_is_refused([ValueSource(nameof(ThreadCounts))] int threads)
    {
        using var pool = outer = new WorkerPool(threads);
        Assert.That(() => pool.Run(default(Nest), 4),
            Throws.InvalidOperationException.With.Message.Contains("runs a job already"));
    }

    [Test]
    public void A_pool_that_is_gone_says_so()
    {
        var pool = new WorkerPool(2);
        pool.Dispose();
        pool.Dispose();
        Assert.That(() => pool.Run(new Fail(-1), 1), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Less_than_one_thread_is_refused() =>
        Assert.That(() => new WorkerPool(0), Throws.TypeOf<ArgumentOutOfRangeException>());
}
