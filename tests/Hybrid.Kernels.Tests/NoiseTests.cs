using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Noise made inside kernels is the documented function of (b, d), whoever makes it.</summary>
public sealed class NoiseTests(Machine machine) : KernelFixture(machine)
{
    static readonly Noise Noise = new(seed: 0x0123456789ABCDEF, step: 7, stream: 2);

    /// <summary>On both sides of a block of 32 columns and of a counter's reach of 128.</summary>
    static readonly (int B, int D)[] Shapes = [(1, 1), (3, 31), (9, 33), (2, 97), (2, 129), (5, 200)];

    /// <summary>Word ⌊d/32⌋ mod 4 of the counter (32·⌊d/128⌋ + d mod 32, b).</summary>
    static F32 Uniform(int b, int d)
    {
        var words = Philox.Draw<U32, F32>(new((uint)(32 * (d / 128) + d % 32)), (uint)b, Noise);
        U32[] all = [words.W0, words.W1, words.W2, words.W3];
        return U32.ToUnit(all[d / 32 % 4]);
    }

    /// <summary>Words 0, 1 give the numbers of blocks 0, 1; words 2, 3 those of blocks 2, 3.</summary>
    static F32 NormalNumber(int b, int d)
    {
        var first = d / 32 % 2 == 0 ? d : d - 32;
        var (even, odd) = Normal.BoxMuller(Uniform(b, first), Uniform(b, first + 32));
        return d == first ? even : odd;
    }

    [TestCaseSource(nameof(Shapes))]
    public void Uniform_numbers((int B, int D) shape)
    {
        var y = new Matrix(shape.B, shape.D, gap: 1);

        Simulator.Run(Uniforms.Ladder.InUse, new(Simulator[y], Noise, shape.B, shape.D));

        MustBe(y, Uniform);
    }

    [TestCaseSource(nameof(Shapes))]
    public void Normal_numbers((int B, int D) shape)
    {
        var y = new Matrix(shape.B, shape.D, offset: 2);

        Simulator.Run(Normals.Ladder.InUse, new(Simulator[y], Noise, shape.B, shape.D));

        MustBe(y, NormalNumber);
    }

    [TestCaseSource(nameof(Shapes))]
    public void Binary_numbers_in_place((int B, int D) shape)
    {
        var p = Matrix.Random(shape.B, shape.D, 0, 1);
        var before = Matrix.Random(shape.B, shape.D, 0, 1);
        var x = Simulator[p];

        Simulator.Run(Binarize.Ladder.InUse, new(x, Noise, x, shape.B, shape.D));

        MustBe(p, (b, d) => BernoulliDraw.Apply(before.At(b, d), Uniform(b, d)));
    }

    public static IEnumerable<object[]> ReparameterizeCases() =>
        Every(ReparameterizeKl.Ladder, [.. Shapes, (19, 5), (3, 16)]);

    [RungCases(nameof(ReparameterizeCases))]
    public void Reparameterization_with_its_kl(Rung<ReparameterizeKl.Arguments> rung, int b, int d)
    {
        // As an encoder gives them: two halves of one matrix.
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: d);
        var logVar = Matrix.Random(b, d, -6, 2, seed: 2, offset: d, gap: d);
        Matrix z = new(b, d), kl = new(b, 1);

        Simulator.Run(rung, new(
            Simulator[mu], Simulator[logVar], Noise, Simulator[z], Simulator[kl], b, d));

        MustBe(z, (row, i) => Reparameterize.Apply(mu.At(row, i), logVar.At(row, i), NormalNumber(row, i)));
        SumsMustAgree(kl, d, inOrder: rung != ReparameterizeKl.Ladder.Rungs[0],
            (row, i) => KlStandardNormal.Apply(mu.At(row, i), logVar.At(row, i)));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Reparameterization_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: d);
        var logVar = Matrix.Random(b, d, -6, 2, seed: 2, offset: d, gap: d);
        var dZ = Matrix.Random(b, d, -1, 1, seed: 3);
        var dKl = Matrix.Random(b, 1, -1, 1, seed: 4);
        Matrix dMu = new(b, d, gap: d), dLogVar = new(b, d, offset: d, gap: d);

        Simulator.Run(ReparameterizeKlGrad.Ladder.InUse, new(
            Simulator[mu], Simulator[logVar], Noise, Simulator[dZ], Simulator[dKl],
            Simulator[dMu], Simulator[dLogVar], b, d));

        MustBe(dMu, (row, i) => Adjoint(row, i).DMu);
        MustBe(dLogVar, (row, i) => Adjoint(row, i).DLogVar);

        (F32 DMu, F32 DLogVar) Adjoint(int row, int i) => ReparameterizeKlAdjoint.Apply(
            mu.At(row, i), logVar.At(row, i), NormalNumber(row, i), dZ.At(row, i), dKl.At(row, 0));
    }
}
