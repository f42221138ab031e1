namespace Hybrid.Ptx.Tests;

/// <summary>What a GPU would not survive, or would not notice: each kind is caught and named.</summary>
[TestFixture]
public class FaultTests
{
    const string Tile = ".shared .align 16 .b8 tile[128];";

    static PtxFault Fault(string body, string shared = "", int threads = 32)
    {
        using var kernel = new Kernel();
        return Assert.Throws<PtxFault>(() => kernel.Run(body, new uint[32], threads, shared))!;
    }

    [Test]
    public void A_load_behind_the_end()
    {
        var fault = Fault("ld.global.u32 %r2, [%rd2+4];");
        Assert.That(fault.Kind, Is.EqualTo(FaultKind.OutOfBounds));
        Assert.That(fault.Message, Does.Contain("thread (31, 0, 0) of block (0, 0, 0)")
            .And.Contain("ld.global.u32 %r2, [%rd2+4]").And.Contain("0 bytes behind the end of an allocation of 128"));
        Assert.That(Kernel.Text("ld.global.u32 %r2, [%rd2+4];").Split('\n')[fault.At.Line - 1], Does.Contain("+4"));
    }

    [Test]
    public void A_store_before_the_start() =>
        Assert.That(Fault("st.global.u32 [%rd2+-4], %r1;").Kind, Is.EqualTo(FaultKind.OutOfBounds));

    [Test]
    public void A_vector_at_an_address_that_is_no_multiple_of_its_size() => Assert.That(
        Fault("ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd1+4];").Kind, Is.EqualTo(FaultKind.Misaligned));

    [Test]
    public void A_read_of_shared_memory_that_nobody_wrote() => Assert.That(
        Fault("ld.shared.u32 %r2, [tile+12];", Tile).Kind, Is.EqualTo(FaultKind.UninitialisedShared));

    [Test]
    public void An_access_beyond_shared_memory() => Assert.That(
        Fault("mov.u32 %r2, 0; st.shared.u32 [tile+128], %r2;".Replace("; ", ";\n"), Tile).Kind,
        Is.EqualTo(FaultKind.OutOfBounds));

    /// <summary>Each thread writes its word, then reads its neighbour's.</summary>
    static string Exchange(string between) => $"""
        mov.u32 %r9, tile;
        shl.b32 %r2, %r1, 2;
        add.u32 %r3, %r9, %r2;
        st.shared.u32 [%r3], %r1;
        {between}
        xor.b32 %r4, %r2, 4;
        add.u32 %r4, %r9, %r4;
        ld.shared.u32 %r5, [%r4];
        """;

    [Test]
    public void A_read_of_what_another_thread_writes_without_a_barrier() =>
        Assert.That(Fault(Exchange(""), Tile).Kind, Is.EqualTo(FaultKind.SharedRace));

    [TestCase("bar.sync 0;")]
    [TestCase("bar.warp.sync 0xffffffff;")]
    public void With_a_barrier_it_is_right(string barrier)
    {
        using var kernel = new Kernel();
        var result = kernel.Run(Exchange(barrier) + "\nst.global.u32 [%rd2], %r5;", new uint[32], shared: Tile);
        Assert.That(result, Is.EqualTo(Enumerable.Range(0, 32).Select(i => (uint)(i ^ 1))));
    }

    /// <summary>A warp's barrier says nothing about another warp.</summary>
    [Test]
    public void A_warp_barrier_between_two_warps_is_not_enough()
    {
        const string Pair = ".shared .align 4 .b8 tile[256];";
        var body = Exchange("bar.warp.sync 0xffffffff;").Replace("xor.b32 %r4, %r2, 4", "xor.b32 %r4, %r2, 128");
        using var kernel = new Kernel();
        Assert.That(
            Assert.Throws<PtxFault>(() => kernel.Run(body, new uint[64], 64, Pair))!.Kind,
            Is.EqualTo(FaultKind.SharedRace).Or.EqualTo(FaultKind.UninitialisedShared));
    }

    [Test]
    public void Two_threads_that_write_one_word() => Assert.That(
        Fault("st.shared.u32 [tile], %r1;", Tile).Kind, Is.EqualTo(FaultKind.SharedRace));

    [Test]
    public void A_write_of_what_others_have_read() => Assert.That(
        Fault("""
            setp.eq.u32 %p1, %r1, 0;
            @%p1 st.shared.u32 [tile], %r1;
            bar.sync 0;
            ld.shared.u32 %r2, [tile];
            @%p1 st.shared.u32 [tile], %r1;
            """, Tile).Kind, Is.EqualTo(FaultKind.SharedRace));

    [Test]
    public void A_barrier_that_half_a_warp_reaches()
    {
        var fault = Fault("""
            setp.lt.u32 %p1, %r1, 16;
            @%p1 bra SKIP;
            bar.sync 0;
            SKIP:
            """);
        Assert.That(fault.Kind, Is.EqualTo(FaultKind.BarrierDivergence));
        Assert.That(fault.Message, Does.Contain("16 of 32 threads"));
    }

    [Test]
    public void A_shuffle_that_half_a_warp_reaches() => Assert.That(
        Fault("""
            setp.lt.u32 %p1, %r1, 16;
            @%p1 bra SKIP;
            shfl.sync.bfly.b32 %r2, %r1, 16, 31, 0xffffffff;
            SKIP:
            """).Kind, Is.EqualTo(FaultKind.InactiveSource));

    [Test]
    public void A_loop_without_end() => Assert.That(
        Fault("""
            LOOP:
            bra LOOP;
            """).Kind, Is.EqualTo(FaultKind.TooManySteps));

    [TestCase("frobnicate.u32 %r1, %r2;", "frobnicate.u32 is not known")]
    [TestCase("bra NOWHERE;", "no label NOWHERE")]
    [TestCase("add.rz.f32 %f1, %f2, %f3;", "add.rz.f32 is not known")]
    [TestCase("ld.local.u32 %r2, [%rd1];", "global, shared and param")]
    [TestCase("mov.u32 %r2, 12x;", "12x is no number")]
    public void What_is_not_understood_is_said_with_its_line(string body, string message)
    {
        var text = Kernel.Text(body);
        var thrown = Assert.Throws<PtxSyntaxException>(() => Program.Parse(text))!;
        Assert.That(thrown.Message, Does.Contain(message));
        Assert.That(text.Split('\n')[thrown.Line - 1], Does.Contain(body));
    }

    [Test]
    public void A_source_line_is_named_where_the_text_has_one()
    {
        using var kernel = new Kernel();
        var text = Kernel.Text("""
            .loc 1 42 9
            st.global.u32 [%rd2+400], %r1;
            """).Replace(".address_size 64", ".address_size 64\n.file 1 \"Kl.cs\"");
        using var memory = new GlobalMemory();
        var arguments = BitConverter.GetBytes(memory.Allocate(128));
        var fault = Assert.Throws<PtxFault>(
            () => Launch.Run(Program.Parse(text), new(1), new(32), arguments, memory))!;
        Assert.That(fault.Message, Does.Contain("(Kl.cs:42)"));
    }

    [Test]
    public void Sizes_that_no_GPU_launches_are_refused()
    {
        using var memory = new GlobalMemory();
        var program = Program.Parse(Kernel.Text(""));
        Assert.That(() => Launch.Run(program, new(1), new(1025), new byte[8], memory), Throws.ArgumentException);
        Assert.That(() => Launch.Run(program, new(1, 65536), new(32), new byte[8], memory), Throws.ArgumentException);
        Assert.That(() => Launch.Run(program, new(1), new(32), new byte[7], memory),
            Throws.ArgumentException.With.Message.Contains("takes 8 bytes"));
    }
}
