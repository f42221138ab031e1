namespace Hybrid.Ptx.Tests;

/// <summary>Warps, divergence, shuffles, atomics and what is counted.</summary>
[TestFixture]
public class MachineTests
{
    static uint[] Iota(int count) => [.. Enumerable.Range(0, count).Select(i => (uint)i)];

    static uint[] Run(string body, int threads = 32, string shared = "")
    {
        using var kernel = new Kernel();
        return kernel.Run(body, Iota(threads), threads, shared);
    }

    /// <summary>Collatz: every lane leaves the loop at another time.</summary>
    [Test]
    public void Lanes_leave_a_loop_one_by_one()
    {
        var steps = Run("""
            add.u32 %r2, %r1, 1;
            mov.u32 %r3, 0;
            LOOP:
            setp.eq.u32 %p1, %r2, 1;
            @%p1 bra DONE;
            and.b32 %r4, %r2, 1;
            setp.eq.u32 %p2, %r4, 0;
            @%p2 bra EVEN;
            mad.lo.u32 %r2, %r2, 3, 1;
            bra NEXT;
            EVEN:
            shr.u32 %r2, %r2, 1;
            NEXT:
            add.u32 %r3, %r3, 1;
            bra LOOP;
            DONE:
            st.global.u32 [%rd2], %r3;
            """);
        for (uint i = 0; i < 32; i++)
        {
            uint n = i + 1, expected = 0;
            for (; n != 1; expected++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
            Assert.That(steps[i], Is.EqualTo(expected), $"from {i + 1}");
        }
    }

    /// <summary>Some lanes end inside of a branch; the others meet behind it and shuffle among themselves.</summary>
    [Test]
    public void Lanes_that_end_are_not_waited_for()
    {
        var result = Run("""
            setp.gt.u32 %p1, %r1, 7;
            @%p1 ret;
            setp.gt.u32 %p2, %r1, 3;
            @%p2 bra HIGH;
            add.u32 %r2, %r1, 100;
            bra MEET;
            HIGH:
            add.u32 %r2, %r1, 200;
            MEET:
            shfl.sync.bfly.b32 %r3, %r2, 4, 31, 0xff;
            st.global.u32 [%rd2], %r3;
            """);
        uint[] expected = [204, 205, 206, 207, 100, 101, 102, 103];
        Assert.That(result[..8], Is.EqualTo(expected));
        Assert.That(result[8..], Is.EqualTo(Iota(32)[8..]));
    }

    [Test]
    public void Branches_that_part_are_counted()
    {
        using var kernel = new Kernel();
        kernel.Run("""
            setp.lt.u32 %p1, %r1, 16;
            @%p1 bra A;
            add.u32 %r2, %r1, 1;
            A:
            setp.lt.u32 %p2, %r1, 99;
            @%p2 bra B;
            add.u32 %r2, %r1, 1;
            B:
            """, Iota(64), 64);
        var counters = kernel.Counters;
        // Warp 0 parts at the first branch, warp 1 at none; nobody takes the last addition.
        Assert.That((counters.Branches, counters.DivergentBranches), Is.EqualTo((4, 1)));
        Assert.That(counters.BranchEfficiency, Is.EqualTo(0.75));
        Assert.That(counters.Instructions, Is.EqualTo(2 * (4 + 4 + 1) + 2));
    }

    [TestCase("bfly", 5, 31, "i ^ 5")]
    [TestCase("down", 3, 31, "i + 3 < 32 ? i + 3 : i")]
    [TestCase("up", 3, 0, "i >= 3 ? i - 3 : i")]
    [TestCase("idx", 9, 31, "9")]
    [TestCase("idx", 2, 0x181F, "(i & 24) + 2")]
    [TestCase("bfly", 4, 0x181F, "i ^ 4")]
    [TestCase("down", 6, 0x181F, "(i & 7) + 6 < 8 ? i + 6 : i")]
    public void Shuffles_read_the_lane_that_the_manual_says(string mode, int distance, int clamp, string rule)
    {
        Func<int, int> source = rule switch
        {
            "i ^ 5" => i => i ^ 5,
            "i + 3 < 32 ? i + 3 : i" => i => i + 3 < 32 ? i + 3 : i,
            "i >= 3 ? i - 3 : i" => i => i >= 3 ? i - 3 : i,
            "9" => _ => 9,
            "(i & 24) + 2" => i => (i & 24) + 2,
            "i ^ 4" => i => i ^ 4,
            _ => i => (i & 7) + 6 < 8 ? i + 6 : i,
        };
        var result = Run($"""
            mul.lo.u32 %r2, %r1, 10;
            shfl.sync.{mode}.b32 %r3, %r2, {distance}, {clamp}, 0xffffffff;
            st.global.u32 [%rd2], %r3;
            """);
        Assert.That(result, Is.EqualTo(Enumerable.Range(0, 32).Select(i => (uint)(10 * source(i)))));
    }

    [Test]
    public void Votes_ask_all_lanes()
    {
        var result = Run("""
            setp.lt.u32 %p1, %r1, 5;
            vote.sync.ballot.b32 %r2, %p1, 0xffffffff;
            vote.sync.any.pred %p2, %p1, 0xffffffff;
            vote.sync.all.pred %p3, %p1, 0xffffffff;
            selp.u32 %r3, 256, 0, %p2;
            selp.u32 %r4, 512, 0, %p3;
            add.u32 %r2, %r2, %r3;
            add.u32 %r2, %r2, %r4;
            st.global.u32 [%rd2], %r2;
            """);
        Assert.That(result, Is.All.EqualTo(31u + 256));
    }

    [Test]
    public void Atomic_steps_of_all_blocks_add_up()
    {
        using var kernel = new Kernel();
        var result = kernel.Run("""
            atom.global.add.u32 %r2, [%rd1], 2;
            red.global.max.u32 [%rd1+4], %r1;
            """, [0, 0], threads: 50, blocks: 3);
        Assert.That(result, Is.EqualTo(new uint[] { 300, 49 }));
    }

    [Test]
    public void Warps_exchange_through_shared_memory()
    {
        var result = Run("""
            mov.u32 %r9, tile;
            shl.b32 %r2, %r1, 2;
            add.u32 %r3, %r9, %r2;
            st.shared.u32 [%r3], %r1;
            bar.sync 0;
            mov.u32 %r4, 127;
            sub.u32 %r4, %r4, %r1;
            shl.b32 %r4, %r4, 2;
            add.u32 %r4, %r9, %r4;
            ld.shared.u32 %r5, [%r4];
            st.global.u32 [%rd2], %r5;
            """, 128, ".shared .align 4 .b8 tile[512];");
        Assert.That(result, Is.EqualTo(Iota(128).Reverse()));
    }

    /// <summary>32 neighbouring floats are four sectors; with a stride of 32 bytes, 32.</summary>
    [TestCase(4, 4)]
    [TestCase(8, 8)]
    [TestCase(32, 32)]
    [TestCase(64, 32)]
    [TestCase(0, 1)]
    public void Loads_are_counted_in_sectors(int stride, int sectors)
    {
        using var kernel = new Kernel();
        kernel.Run($"""
            mul.wide.u32 %rd3, %r1, {stride};
            add.u64 %rd3, %rd1, %rd3;
            ld.global.u32 %r2, [%rd3];
            ld.global.u32 %r2, [%rd3];
            """, new uint[512]);
        Assert.That((kernel.Counters.GlobalLoads, kernel.Counters.LoadSectors), Is.EqualTo((2, 2 * sectors)));
        Assert.That(kernel.Counters.BytesRead, Is.EqualTo(32 * sectors), "read once, served twice");
    }

    /// <summary>Words a stride apart meet in the same bank as often as stride and 32 have factors of two in common.</summary>
    [TestCase(1, 0)]
    [TestCase(2, 1)]
    [TestCase(3, 0)]
    [TestCase(16, 15)]
    [TestCase(32, 31)]
    [TestCase(33, 0)]
    [TestCase(0, 0)]
    public void Bank_conflicts_are_the_rounds_beyond_the_first(int stride, int conflicts)
    {
        using var kernel = new Kernel();
        var write = stride == 0
            ? "setp.eq.u32 %p1, %r1, 0;\n@%p1 st.shared.u32 [%r3], %r1;"
            : "st.shared.u32 [%r3], %r1;";
        kernel.Run($"""
            mov.u32 %r9, tile;
            mul.lo.u32 %r2, %r1, {4 * stride};
            add.u32 %r3, %r9, %r2;
            {write}
            bar.sync 0;
            ld.shared.u32 %r4, [%r3];
            """, new uint[32], shared: ".shared .align 4 .b8 tile[8192];");
        Assert.That(kernel.Counters.SharedRequests, Is.EqualTo(2));
        Assert.That(kernel.Counters.SharedRounds, Is.EqualTo(2 + kernel.Counters.BankConflicts));
        Assert.That(kernel.Counters.BankConflicts, Is.EqualTo((stride == 0 ? 0 : conflicts) + conflicts));
    }

    /// <summary>16 bytes per lane go in four parts of eight lanes; neighbours do not conflict.</summary>
    [Test]
    public void Fours_in_a_row_have_no_conflicts()
    {
        using var kernel = new Kernel();
        kernel.Run("""
            mov.u32 %r9, tile;
            shl.b32 %r2, %r1, 4;
            add.u32 %r3, %r9, %r2;
            st.shared.v4.u32 [%r3], {%r1, %r1, %r1, %r1};
            """, new uint[32], shared: ".shared .align 16 .b8 tile[512];");
        Assert.That(kernel.Counters.BankConflicts, Is.Zero);
        Assert.That(kernel.Counters.SharedRounds, Is.EqualTo(4));
    }
}
