namespace Hybrid.Ptx.Tests;

/// <summary>Copies under way, matrices spread over a warp, and products on tensor cores.</summary>
[TestFixture]
public class TensorCoreTests
{
    const string Tile = ".shared .align 16 .b8 tile[768];";

    /// <summary>A [16, 16] and Bᵀ [8, 16] of bf16 to shared memory, 16 bytes a thread.</summary>
    static string Copied(string waiting) => $"""
        mov.u32 %r9, tile;
        shl.b32 %r2, %r1, 4;
        add.u32 %r3, %r9, %r2;
        mul.wide.u32 %rd3, %r1, 16;
        add.u64 %rd3, %rd1, %rd3;
        cp.async.cg.shared.global [%r3], [%rd3], 16;
        setp.lt.u32 %p1, %r1, 16;
        @%p1 cp.async.cg.shared.global [%r3+512], [%rd3+512], 16;
        cp.async.commit_group;
        {waiting}
        bar.sync 0;
        and.b32 %r4, %r1, 15;
        shl.b32 %r4, %r4, 5;
        shr.u32 %r5, %r1, 4;
        shl.b32 %r5, %r5, 4;
        add.u32 %r4, %r4, %r5;
        add.u32 %r4, %r9, %r4;
        ldmatrix.sync.aligned.m8n8.x4.shared.b16 [A], [%r4];
        and.b32 %r6, %r1, 7;
        shl.b32 %r6, %r6, 5;
        shr.u32 %r7, %r1, 3;
        and.b32 %r7, %r7, 1;
        shl.b32 %r7, %r7, 4;
        add.u32 %r6, %r6, %r7;
        add.u32 %r6, %r9, %r6;
        ldmatrix.sync.aligned.m8n8.x2.shared.b16 [B], [%r6+512];
        """.Replace("[A]", "{%r10, %r11, %r12, %r13}").Replace("[B]", "{%r14, %r15}");

    /// <summary>C's four numbers of a lane to [16, 8] behind the factors.</summary>
    static string Stored(int words) => $$"""
        shr.u32 %r2, %r1, 2;
        shl.b32 %r2, %r2, 3;
        and.b32 %r3, %r1, 3;
        shl.b32 %r3, %r3, 1;
        add.u32 %r2, %r2, %r3;
        mul.wide.u32 %rd4, %r2, 4;
        add.u64 %rd4, %rd1, %rd4;
        st.global.v2.f32 [%rd4+{{4 * words}}], {%f4, %f5};
        st.global.v2.f32 [%rd4+{{4 * words + 256}}], {%f6, %f7};
        """;

    static uint Bf16(int value) => BitConverter.SingleToUInt32Bits(value) >> 16;

    [Test]
    public void A_product_in_bf16_by_way_of_shared_memory()
    {
        var random = new Random(1);
        int[,] a = new int[16, 16], b = new int[16, 8];
        var words = new uint[192 + 128];
        for (var k = 0; k < 16; k++)
        {
            for (var m = 0; m < 16; m++)
            {
                a[m, k] = random.Next(-9, 10);
                words[(16 * m + k) / 2] |= Bf16(a[m, k]) << (16 * (k % 2));
            }
            for (var n = 0; n < 8; n++)
            {
                b[k, n] = random.Next(-9, 10);
                words[128 + (16 * n + k) / 2] |= Bf16(b[k, n]) << (16 * (k % 2));
            }
        }
        using var kernel = new Kernel();
        var result = kernel.Run($$"""
            {{Copied("cp.async.wait_group 0;")}}
            mov.f32 %f0, 0f3F800000;
            mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%f4, %f5, %f6, %f7}, {%r10, %r11, %r12, %r13}, {%r14, %r15}, {%f0, %f0, %f0, %f0};
            {{Stored(192)}}
            """, words, shared: Tile);
        for (var m = 0; m < 16; m++)
            for (var n = 0; n < 8; n++)
            {
                var sum = 1f;
                for (var k = 0; k < 16; k++) sum += a[m, k] * b[k, n];
                Assert.That(BitConverter.UInt32BitsToSingle(result[192 + 8 * m + n]), Is.EqualTo(sum), $"C[{m}, {n}]");
            }
        Assert.That(kernel.Counters.MatrixSteps, Is.EqualTo(1));
        // Two ldmatrix; rows are 32 bytes apart, so the last four of each of six matrices wait for the first four.
        Assert.That(kernel.Counters.SharedRequests, Is.EqualTo(2));
        Assert.That(kernel.Counters.BankConflicts, Is.EqualTo(6));
    }

    [TestCase("")]
    [TestCase("cp.async.wait_group 1;")]
    public void A_copy_that_is_not_waited_for_has_not_arrived(string waiting)
    {
        using var kernel = new Kernel();
        var fault = Assert.Throws<PtxFault>(() => kernel.Run(Copied(waiting), new uint[320], shared: Tile))!;
        Assert.That(fault.Kind, Is.EqualTo(FaultKind.UninitialisedShared));
        Assert.That(fault.At.Opcode, Does.StartWith("ldmatrix"));
    }

    /// <summary>The layout as the manual's figures for m16n8k8 in tf32 state it.</summary>
    [Test]
    public void A_product_in_tf32_from_registers()
    {
        var random = new Random(2);
        int[,] a = new int[16, 8], b = new int[8, 8];
        foreach (var matrix in new[] { a, b })
            for (var i = 0; i < matrix.Length; i++) matrix[i / 8, i % 8] = random.Next(-99, 100);
        // a0 … a3, b0, b1 of lane 0, then of lane 1 …
        var words = new uint[6 * 32 + 128];
        for (var lane = 0; lane < 32; lane++)
        {
            int group = lane / 4, inGroup = lane % 4;
            int[] fragments =
            [
                a[group, inGroup], a[group + 8, inGroup], a[group, inGroup + 4], a[group + 8, inGroup + 4],
                b[inGroup, group], b[inGroup + 4, group],
            ];
            // The last 13 bits do not count.
            for (var i = 0; i < 6; i++) words[6 * lane + i] = BitConverter.SingleToUInt32Bits(fragments[i]) | 0x1FFF;
        }
        using var kernel = new Kernel();
        var result = kernel.Run($$"""
            mul.wide.u32 %rd3, %r1, 24;
            add.u64 %rd3, %rd1, %rd3;
            ld.global.v2.b32 {%r10, %r11}, [%rd3];
            ld.global.v2.b32 {%r12, %r13}, [%rd3+8];
            ld.global.v2.b32 {%r14, %r15}, [%rd3+16];
            mov.f32 %f0, 0f00000000;
            mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f4, %f5, %f6, %f7}, {%r10, %r11, %r12, %r13}, {%r14, %r15}, {%f0, %f0, %f0, %f0};
            {{Stored(192)}}
            """, words);
        for (var m = 0; m < 16; m++)
            for (var n = 0; n < 8; n++)
            {
                var sum = 0f;
                for (var k = 0; k < 8; k++) sum += a[m, k] * b[k, n];
                Assert.That(BitConverter.UInt32BitsToSingle(result[192 + 8 * m + n]), Is.EqualTo(sum), $"C[{m}, {n}]");
            }
    }

    [Test]
    public void Half_a_warp_has_no_tensor_core()
    {
        using var kernel = new Kernel();
        Assert.That(Assert.Throws<PtxFault>(() => kernel.Run("""
            setp.lt.u32 %p1, %r1, 16;
            @%p1 mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f4, %f5, %f6, %f7}, {%r1, %r1, %r1, %r1}, {%r1, %r1}, {%f4, %f5, %f6, %f7};
            """, new uint[32]))!.Kind, Is.EqualTo(FaultKind.InactiveSource));
    }

    /// <summary>Only what is read later counts: two sums that wait for each other, and the address.</summary>
    [Test]
    public void Registers_are_counted_while_they_are_needed()
    {
        // %rd2 (2 words), %f1, %f2, and for one instruction %f3.
        var program = Program.Parse(Kernel.Text("""
            ld.global.f32 %f1, [%rd2];
            ld.global.f32 %f2, [%rd2+4];
            ld.global.f32 %f3, [%rd2+8];
            add.rn.f32 %f2, %f2, %f3;
            add.rn.f32 %f1, %f1, %f2;
            st.global.f32 [%rd2], %f1;
            """));
        Assert.That(program.LiveWords, Is.EqualTo(5));
    }
}
