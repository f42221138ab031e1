namespace Hybrid.Ptx.Tests;

/// <summary>Instructions against what the PTX manual says of them, at the ends of their ranges.</summary>
[TestFixture]
public class ArithmeticTests
{
    static uint Of(string instruction, uint a, uint b = 0, uint c = 0)
    {
        using var kernel = new Kernel();
        return kernel.Run($"""
            ld.global.b32 %r2, [%rd1];
            ld.global.b32 %r3, [%rd1+4];
            ld.global.b32 %r4, [%rd1+8];
            {instruction}
            st.global.b32 [%rd1], %r5;
            """, [a, b, c], threads: 1)[0];
    }

    const uint Nan = 0x7FC00000, One = 0x3F800000, Inf = 0x7F800000, MinusZero = 0x80000000;

    [TestCase("add.s32 %r5, %r2, %r3;", 0xFFFFFFFFu, 2u, ExpectedResult = 1u)]
    [TestCase("add.s32 %r5, %r2, -3;", 1u, 0u, ExpectedResult = 0xFFFFFFFEu)]
    [TestCase("sub.u32 %r5, %r2, %r3;", 0u, 1u, ExpectedResult = 0xFFFFFFFFu)]
    [TestCase("mul.lo.s32 %r5, %r2, %r3;", 0x10001u, 0x10001u, ExpectedResult = 0x20001u)]
    [TestCase("mul.hi.u32 %r5, %r2, %r3;", 0xFFFFFFFFu, 0xFFFFFFFFu, ExpectedResult = 0xFFFFFFFEu)]
    [TestCase("mul.hi.s32 %r5, %r2, %r3;", 0xFFFFFFFFu, 5u, ExpectedResult = 0xFFFFFFFFu)]
    [TestCase("div.s32 %r5, %r2, %r3;", 0xFFFFFFF9u, 2u, ExpectedResult = 0xFFFFFFFDu)]
    [TestCase("rem.s32 %r5, %r2, %r3;", 0xFFFFFFF9u, 2u, ExpectedResult = 0xFFFFFFFFu)]
    [TestCase("div.u32 %r5, %r2, %r3;", 0xFFFFFFF9u, 2u, ExpectedResult = 0x7FFFFFFCu)]
    [TestCase("shl.b32 %r5, %r2, %r3;", 1u, 31u, ExpectedResult = 0x80000000u)]
    [TestCase("shl.b32 %r5, %r2, %r3;", 1u, 32u, ExpectedResult = 0u)]
    [TestCase("shr.s32 %r5, %r2, %r3;", 0x80000000u, 40u, ExpectedResult = 0xFFFFFFFFu)]
    [TestCase("shr.u32 %r5, %r2, %r3;", 0x80000000u, 31u, ExpectedResult = 1u)]
    [TestCase("min.s32 %r5, %r2, %r3;", 0xFFFFFFFFu, 1u, ExpectedResult = 0xFFFFFFFFu)]
    [TestCase("min.u32 %r5, %r2, %r3;", 0xFFFFFFFFu, 1u, ExpectedResult = 1u)]
    [TestCase("not.b32 %r5, %r2;", 5u, 0u, ExpectedResult = 0xFFFFFFFAu)]
    [TestCase("popc.b32 %r5, %r2;", 0xF0F00001u, 0u, ExpectedResult = 9u)]
    [TestCase("clz.b32 %r5, %r2;", 0x00010000u, 0u, ExpectedResult = 15u)]
    [TestCase("brev.b32 %r5, %r2;", 1u, 0u, ExpectedResult = 0x80000000u)]
    [TestCase("prmt.b32 %r5, %r2, %r3, 0x5410;", 0x33221100u, 0x77665544u, ExpectedResult = 0x55441100u)]
    public uint Integers(string instruction, uint a, uint b) => Of(instruction, a, b);

    [TestCase("min.f32 %r5, %r2, %r3;", Nan, One, ExpectedResult = One)]
    [TestCase("max.f32 %r5, %r2, %r3;", One, Nan, ExpectedResult = One)]
    [TestCase("min.f32 %r5, %r2, %r3;", 0u, MinusZero, ExpectedResult = MinusZero)]
    [TestCase("max.f32 %r5, %r2, %r3;", MinusZero, 0u, ExpectedResult = 0u)]
    [TestCase("abs.f32 %r5, %r2;", 0xBF800000u, 0u, ExpectedResult = One)]
    [TestCase("neg.f32 %r5, %r2;", 0u, 0u, ExpectedResult = MinusZero)]
    [TestCase("rcp.rn.f32 %r5, %r2;", 0u, 0u, ExpectedResult = Inf)]
    [TestCase("cvt.rzi.s32.f32 %r5, %r2;", 0xC0200000u, 0u, ExpectedResult = 0xFFFFFFFEu)]
    [TestCase("cvt.rni.s32.f32 %r5, %r2;", 0x40200000u, 0u, ExpectedResult = 2u)]
    [TestCase("cvt.rzi.s32.f32 %r5, %r2;", Inf, 0u, ExpectedResult = 0x7FFFFFFFu)]
    [TestCase("cvt.rzi.u32.f32 %r5, %r2;", 0xBF800000u, 0u, ExpectedResult = 0u)]
    [TestCase("cvt.rzi.s32.f32 %r5, %r2;", Nan, 0u, ExpectedResult = 0u)]
    [TestCase("cvt.rn.f32.s32 %r5, %r2;", 0xFFFFFFFFu, 0u, ExpectedResult = 0xBF800000u)]
    [TestCase("cvt.rn.f32.u32 %r5, %r2;", 0xFFFFFFFFu, 0u, ExpectedResult = 0x4F800000u)]
    [TestCase("cvt.rna.tf32.f32 %r5, %r2;", 0x3F801000u, 0u, ExpectedResult = 0x3F802000u)]
    [TestCase("cvt.rn.bf16x2.f32 %r5, %r2, %r3;", 0x3F808000u, 0x3F818000u, ExpectedResult = 0x3F803F82u)]
    [TestCase("cvt.rn.bf16x2.f32 %r5, %r2, %r3;", Nan, 0x7F7FFFFFu, ExpectedResult = 0x7FFF7F80u)]
    public uint Floats(string instruction, uint a, uint b) => Of(instruction, a, b);

    /// <summary>(1 + 2⁻²³)(1 − 2⁻²³) − 1 = −2⁻⁴⁶ only with one rounding.</summary>
    [Test]
    public void A_fused_step_rounds_once() => Assert.That(
        Of("fma.rn.f32 %r5, %r2, %r3, %r4;", 0x3F800001, 0x3F7FFFFE, 0xBF800000), Is.EqualTo(0xA8800000u));

    [TestCase("lt", One, Nan, 0u)]
    [TestCase("ltu", One, Nan, 1u)]
    [TestCase("ne", One, Nan, 0u)]
    [TestCase("neu", One, Nan, 1u)]
    [TestCase("eq", 0u, MinusZero, 1u)]
    [TestCase("num", One, Nan, 0u)]
    [TestCase("nan", One, Nan, 1u)]
    [TestCase("ge", One, One, 1u)]
    public void Comparisons_know_NaN(string comparison, uint a, uint b, uint expected) => Assert.That(
        Of($"setp.{comparison}.f32 %p1, %r2, %r3;\nselp.u32 %r5, 1, 0, %p1;", a, b), Is.EqualTo(expected));

    [Test]
    public void A_comparison_gives_its_opposite_too() => Assert.That(
        Of("setp.lt.u32 %p1|%p2, %r2, %r3;\nselp.u32 %r5, 1, 0, %p2;", 5, 4), Is.EqualTo(1u));

    /// <summary>Sign extension from a short register, and back into 64 bits.</summary>
    [TestCase("cvt.s32.s8 %r5, %r2;", 0x80u, ExpectedResult = 0xFFFFFF80u)]
    [TestCase("cvt.u32.u16 %r5, %r2;", 0xABCD1234u, ExpectedResult = 0x1234u)]
    [TestCase("cvt.s64.s32 %rd3, %r2;\nshr.u64 %rd3, %rd3, 32;\ncvt.u32.u64 %r5, %rd3;", 0x80000000u,
        ExpectedResult = 0xFFFFFFFFu)]
    [TestCase("mul.wide.s32 %rd3, %r2, 4;\nshr.u64 %rd3, %rd3, 32;\ncvt.u32.u64 %r5, %rd3;", 0xFFFFFFFFu,
        ExpectedResult = 0xFFFFFFFFu)]
    public uint Widths(string instructions, uint a) => Of(instructions, a);

    [Test]
    public void Short_loads_extend()
    {
        using var kernel = new Kernel();
        var result = kernel.Run("""
            ld.global.s8 %r2, [%rd1];
            ld.global.u8 %r3, [%rd1];
            ld.global.s16 %r4, [%rd1];
            cvt.s32.s16 %r4, %r4;
            st.global.u32 [%rd1], %r2;
            st.global.u32 [%rd1+4], %r3;
            st.global.u32 [%rd1+8], %r4;
            """, [0xFFFF80F0, 0, 0], threads: 1);
        Assert.That(result, Is.EqualTo(new[] { 0xFFFFFFF0, 0xF0u, 0xFFFF80F0 }));
    }
}
