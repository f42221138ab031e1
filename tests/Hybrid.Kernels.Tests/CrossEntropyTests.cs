using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Cross-entropy over classes and its adjoint, in the documented order, to the bit.</summary>
public sealed class CrossEntropyTests(Machine machine) : KernelFixture(machine)
{
    public static IEnumerable<object[]> Cases() => Every(CrossEntropyRows.Ladder, RowShapes);

    public static IEnumerable<object[]> GradCases() => Every(CrossEntropyRowsGrad.Ladder, RowShapes);

    [RungCases(nameof(Cases))]
    public void Rows(Rung<CrossEntropyRows.Arguments> rung, int b, int classes)
    {
        Matrix logits = Matrix.Random(b, classes, -9, 9, seed: 1, gap: 1), nll = new(b, 1, gap: 1);
        var y = Matrix.Random(b, classes, 0, 1, seed: 2);

        Simulator.Run(rung, new(Simulator[logits], Simulator[y], Simulator[nll], b, classes));

        MustBe(nll, (row, _) =>
        {
            var max = new F32(Enumerable.Range(0, classes).Max(c => logits[row, c]));
            var sum = Order.Row(classes, c => InfoNceTerm.Apply(logits.At(row, c), max));
            return InfoNce.Apply(sum, max, Own(logits, y, row));
        });
    }

    [RungCases(nameof(GradCases))]
    public void Adjoints(Rung<CrossEntropyRowsGrad.Arguments> rung, int b, int classes)
    {
        Matrix logits = Matrix.Random(b, classes, -9, 9, seed: 1, gap: 1), dLogits = new(b, classes, gap: 3);
        Matrix y = Matrix.Random(b, classes, 0, 1, seed: 2), nll = Matrix.Random(b, 1, 0, 18, seed: 3, gap: 1);
        var dNll = Matrix.Random(b, 1, -1, 1, seed: 4);

        Simulator.Run(rung, new(
            Simulator[logits], Simulator[y], Simulator[nll], Simulator[dNll], Simulator[dLogits], b, classes));

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
