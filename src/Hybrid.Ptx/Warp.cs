namespace Hybrid.Ptx;

/// <summary>32 threads with one program counter, or several for a while.</summary>
sealed class Warp
{
    public const int Lanes = 32;

    /// <summary>Lanes that run together: where, until where, and which.</summary>
    struct Frame
    {
        public int Next, Meeting;
        public uint Lanes;
    }

    readonly Program program;
    readonly Stack<Frame> frames = new();

    /// <summary>Register r of lane l at 32·r + l; constants and special registers have registers of their own.</summary>
    public ulong[] Registers { get; }

    public Block Block { get; }

    /// <summary>Its number in the block.</summary>
    public int Index { get; }

    /// <summary>Lanes that have not ended.</summary>
    public uint Alive { get; private set; }

    /// <summary>How often the lanes of this warp have met.</summary>
    public int Epoch { get; set; }

    readonly AsyncCopies?[] copies = new AsyncCopies?[Lanes];

    /// <summary>A lane's copies to shared memory that are under way.</summary>
    public AsyncCopies Copies(int lane) => copies[lane] ??= new();

    public bool AtBarrier { get; set; }

    public bool Ended => Alive == 0;

    public Warp(Program program, Block block, int index, int threads)
    {
        (this.program, Block, Index) = (program, block, index);
        Registers = new ulong[program.Registers * Lanes];
        Alive = threads >= Lanes ? uint.MaxValue : (1u << threads) - 1;
        frames.Push(new() { Next = 0, Meeting = program.Steps.Length, Lanes = Alive });
        program.Fill(this);
    }

    public int ThreadOf(int lane) => Index * Lanes + lane;

    /// <summary>Runs until the warp ends or waits at a barrier.</summary>
    public void Run(ref long stepsLeft)
    {
        var steps = program.Steps;
        var counters = Block.Launch.Counters;
        while (frames.Count > 0 && !AtBarrier)
        {
            var frame = frames.Pop();
            if (frame.Next >= steps.Length)
            {
                End(frame.Lanes);
                continue;
            }
            if (frame.Lanes == 0 || frame.Next == frame.Meeting) continue;
            var step = steps[frame.Next];
            if (--stepsLeft < 0) throw Fault(FaultKind.TooManySteps, step, 0, "the launch's limit is reached");
            var lanes = step.LanesFor(this, frame.Lanes);
            counters.Instructions++;
            counters.ThreadInstructions += uint.PopCount(lanes);
            switch (step)
            {
                case Branch branch: Part(frame, branch, lanes); break;
                case Exit:
                    frame.Next++;
                    frame.Lanes &= ~lanes;
                    frames.Push(frame);
                    End(lanes);
                    break;
                default:
                    frame.Next++;
                    frames.Push(frame);
                    if (lanes != 0) step.Run(this, lanes);
                    break;
            }
        }
    }

    #region part
    /// <summary>
    /// Lanes part at a branch: one side runs to where they meet, then the other, then all go on together.
    /// </summary>
    void Part(Frame frame, Branch branch, uint taken)
    {
        var counters = Block.Launch.Counters;
        if (branch.IsConditional) counters.Branches++;
        var others = frame.Lanes & ~taken;
        if (taken == 0 || others == 0)
        {
            frame.Next = taken == 0 ? frame.Next + 1 : branch.Target;
            frames.Push(frame);
            return;
        }
        counters.DivergentBranches++;
        var meeting = branch.Meeting;
        var after = frame.Next + 1;
        frame.Next = meeting;
        frames.Push(frame);
        frames.Push(new() { Next = after, Meeting = meeting, Lanes = others });
        frames.Push(new() { Next = branch.Target, Meeting = meeting, Lanes = taken });
    }
    #endregion

    /// <summary>Lanes are gone, from every place where they would have gone on.</summary>
    void End(uint lanes)
    {
        Alive &= ~lanes;
        var kept = frames.ToArray();
        frames.Clear();
        for (var i = kept.Length - 1; i >= 0; i--)
            frames.Push(kept[i] with { Lanes = kept[i].Lanes & ~lanes });
    }

    public PtxFault Fault(FaultKind kind, Step step, int lane, string detail)
    {
        var (x, y, z) = Block.ThreadIndex(ThreadOf(lane));
        return new(kind, step.Instruction, detail,
            $"thread ({x}, {y}, {z}) of block ({Block.X}, {Block.Y}, {Block.Z})");
    }
}
