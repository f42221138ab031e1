using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hybrid.Devices.Host;

/// <summary>Work that falls into numbered tasks, each runnable on any thread, in any order.</summary>
public interface ITasks
{
    /// <param name="task">0 … tasks − 1, each once.</param>
    /// <param name="worker">Who runs it: 0 is the caller. A worker runs one task at a time.</param>
    void Run(int task, int worker);
}

/// <summary>Work that knows how many tasks it falls into.</summary>
public interface ICountedTasks : ITasks
{
    int Tasks { get; }
}

/// <summary>Threads that wait for work between the operations of a training step.</summary>
/// <remarks>
/// An operation lasts 5 µs to 5 ms, so a dispatch must cost well under 1 µs and allocate nothing. Idle
/// workers spin for some 50 µs, then park. Each worker has a share of the tasks, the same rows in every
/// operation as far as they divide alike, because what one core has written reaches another only slowly.
/// It takes them one by one, and who has finished takes from the others: a core that the system lends to
/// somebody else delays one task and not its share. The caller works too and never waits for a worker that
/// has not joined: a parked worker may come late without anybody noticing.
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    const int SpinsBeforeParking = 1200, SpinsBeforeYielding = 500;

    /// <summary>Where there are more workers, several have a share: who looks for work looks at all of them.</summary>
    const int MaxShares = 16;

    /// <summary>The gate holds the job's number, whether it may be joined, and how many have.</summary>
    const int NumberShift = 16;
    const long Open = 1L << (NumberShift - 1), Joined = Open - 1;

    /// <summary>What threads share, each on its own cache line pair; the <see cref="Share"/>s follow.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    struct State
    {
        [FieldOffset(0)] public long Gate;
        [FieldOffset(128)] public int Parked;
        [FieldOffset(256)] public int Busy;
        [FieldOffset(384)] public void* Work;
        [FieldOffset(392)] public int Tasks;
        [FieldOffset(396)] public int Failed;
        [FieldOffset(400)] public delegate*<WorkerPool, int, long, void> Drain;
    }

    /// <summary>How many tasks of a share are taken, below the number of the job.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    struct Share
    {
        [FieldOffset(0)] public long Taken;
    }

    static nuint StateBytes => (nuint)(sizeof(State) + MaxShares * sizeof(Share));

    readonly Thread[] workers;
    readonly object parking = new();
    readonly State* state;
    Exception? failure;
    volatile bool stopped;

    /// <summary>
    /// Starts <paramref name="threads"/> − 1 workers; the caller of <see cref="Run"/> is the other one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than 4096 threads.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 4096);
        state = (State*)NativeMemory.AlignedAlloc(StateBytes, 128);
        NativeMemory.Clear(state, StateBytes);
        workers = new Thread[threads - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Live) { IsBackground = true, Name = $"hybrid-host-{i + 1}" };
            workers[i].Start(i + 1);
        }
    }

    /// <summary>Threads that work, the caller included.</summary>
    public int Threads => workers.Length + 1;

    /// <summary>Runs every task and returns when all are done.</summary>
    /// <exception cref="InvalidOperationException">A task, or another thread, called this.</exception>
    public void Run<TTasks>(TTasks work, int tasks) where TTasks : unmanaged, ITasks
    {
        ObjectDisposedException.ThrowIf(stopped, this);
        if (Interlocked.Exchange(ref state->Busy, 1) != 0)
            throw new InvalidOperationException(
                "This pool runs a job already; tasks must not start another.");
        try
        {
            if (workers.Length > 0 && tasks > 1) RunTogether(work, tasks);
            else for (var task = 0; task < tasks; task++) work.Run(task, 0);
        }
        finally
        {
            Volatile.Write(ref state->Busy, 0);
        }
    }

    void RunTogether<TTasks>(TTasks work, int tasks) where TTasks : unmanaged, ITasks
    {
        state->Work = &work;
        state->Tasks = tasks;
        state->Failed = 0;
        state->Drain = &Drain<TTasks>;
        failure = null;
        Drain<TTasks>(this, 0, Invite());
        Dismiss();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Opens the gate for a new job and says its number.</summary>
    long Invite()
    {
        var number = (state->Gate >> NumberShift) + 1;
        Interlocked.Exchange(ref state->Gate, number << NumberShift | Open);
        if (Volatile.Read(ref state->Parked) > 0)
            lock (parking) Monitor.PulseAll(parking);
        return number;
    }

    /// <summary>Closes the gate and waits for those who came in.</summary>
    void Dismiss()
    {
        Interlocked.And(ref state->Gate, ~Open);
        for (var spins = 0; (Volatile.Read(ref state->Gate) & Joined) != 0; spins++)
            if (spins < SpinsBeforeYielding) Thread.SpinWait(1);
            else Thread.Yield();
    }

    #region drain
    static void Drain<TTasks>(WorkerPool pool, int worker, long number) where TTasks : unmanaged, ITasks
    {
        var work = (TTasks*)pool.state->Work;
        var shares = Math.Min(Math.Min(pool.Threads, MaxShares), pool.state->Tasks);
        try
        {
            for (var i = 0; i < shares; i++)
                while (pool.TryTake((worker + i) % shares, shares, number, out var task)) work->Run(task, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref pool.failure, e, null);
            Volatile.Write(ref pool.state->Failed, 1);
        }
    }

    /// <summary>The next task of one of so many shares, in ascending order.</summary>
    bool TryTake(int share, int shares, long number, out int task)
    {
        long tasks = state->Tasks, first = tasks * share / shares, count = tasks * (share + 1) / shares - first;
        ref var taken = ref ((Share*)(state + 1) + share)->Taken;
        var before = Volatile.Read(ref taken);
        // A share that still shows an earlier job is whole: nobody has to clear all of them for a new one.
        if (before >> 32 != (int)number
            && Interlocked.CompareExchange(ref taken, number << 32 | 1, before) == before) before = number << 32;
        else if ((Volatile.Read(ref taken) & uint.MaxValue) < count) before = Interlocked.Increment(ref taken) - 1;
        else before = count;
        var index = before & uint.MaxValue;
        task = (int)(first + index);
        return index < count && Volatile.Read(ref state->Failed) == 0;
    }
    #endregion

    void Live(object? index)
    {
        var worker = (int)index!;
        for (long seen = 0; ;)
        {
            seen = AwaitJobAfter(seen);
            if (stopped) return;
            if (!TryJoin(seen)) continue;
            state->Drain(this, worker, seen);
            Interlocked.Decrement(ref state->Gate);
        }
    }

    long AwaitJobAfter(long seen)
    {
        for (var spins = 0; spins < SpinsBeforeParking; spins++)
        {
            var number = Volatile.Read(ref state->Gate) >> NumberShift;
            if (number != seen) return number;
            Thread.SpinWait(1);
        }
        // The count goes up before the last look, the gate before the caller looks at the count: one of
        // the two sees the other.
        Interlocked.Increment(ref state->Parked);
        lock (parking)
            while (Volatile.Read(ref state->Gate) >> NumberShift == seen) Monitor.Wait(parking);
        Interlocked.Decrement(ref state->Parked);
        return Volatile.Read(ref state->Gate) >> NumberShift;
    }

    bool TryJoin(long number)
    {
        while (true)
        {
            var gate = Volatile.Read(ref state->Gate);
            if (gate >> NumberShift != number || (gate & Open) == 0) return false;
            if (Interlocked.CompareExchange(ref state->Gate, gate + 1, gate) == gate) return true;
        }
    }

    /// <summary>Ends the workers.</summary>
    /// <exception cref="InvalidOperationException">A job still runs.</exception>
    public void Dispose()
    {
        if (stopped) return;
        if (Interlocked.Exchange(ref state->Busy, 1) != 0)
            throw new InvalidOperationException("A job still runs on this pool.");
        stopped = true;
        Invite();
        foreach (var worker in workers) worker.Join();
        NativeMemory.AlignedFree(state);
    }
}
