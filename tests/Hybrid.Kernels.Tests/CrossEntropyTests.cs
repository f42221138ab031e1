using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Cross-entropy over classes and its adjoint, in the documented order, to the bit.</summary>
[TestFixtureSource(typeof(Machines), nameof(Machines.WithWarps))]
public sealed class CrossEntropyTests(Machine machine) : KernelFixture(machine)
{
    [TestCaseSource(nameof(RowShapes))]
    public void Rows((int B, int C) s)
    {
        Matrix logits = Matrix.Random(s.B, s.C, -9, 9, seed: 1, gap: 1), y = Matrix.Random(s.B, s.C, 0, 1, seed: 2);
        var nll = new Matrix(s.B, 1, gap: 1);

        Simulator.Run(CrossEntropyRows.Ladder.InUse, new(
            Simulator[logits], Simulator[y], Simulator[nll], s.B, s.C));

        MustBe(nll, (row, _) =>
        {
            var max = new F32(Enumerable.Range(0, s.C).Max(c => logits[row, c]));
            var sum = Order.Row(s.C, c => InfoNceTerm.Apply(logits.At(row, c), max));
            return InfoNce.Apply(sum, max, Own(logits, y, row));
        });
    }

    [TestCaseSource(nameof(RowShapes))]
    public void Adjoints((int B, int C) s)
    {
        Matrix logits = Matrix.Random(s.B, s.C, -9, 9, seed: 1, gap: 1), y = Matrix.Random(s.B, s.C, 0, 1, seed: 2);
        Matrix nll = Matrix.Random(s.B, 1, 0, 18, seed: 3, gap: 1), dNll = Matrix.Random(s.B, 1, -1, 1, seed: 4);
        var dLogits = new Matrix(s.B, s.C, gap: 3);

        Simulator.Run(CrossEntropyRowsGrad.Ladder.InUse, new(
            Simulator[logits], Simulator[y], Simulator[nll], Simulator[dNll], Simulator[dLogits], s.B, s.C));

        MustBe(dLogits, (row, c) => dNll.At(row, 0) * CrossEntropySlope.Apply(
            logits.At(row, c), Own(logits, y, row), nll.At(row, 0), y.At(row, c)));
    }

    /// <summary>32 chains of fused multiply-adds, then the butterfly.</summary>
    static F32 Own(Matrix logits, Matrix y, int row)
    {
        var partial = new F32[32];
        for (var c = 0; c < logits.Columns; c++)
            partial[c % 32] = F32.Fma(y.At(row, c), logits.At(row, c), partial[c % 32]);
        return Order.Row(32, i => partial[i]);
    }
}
