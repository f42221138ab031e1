using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>A step of a sampler: noise first, then fused terms in order, none of weight 0.</summary>
public sealed class SamplerStepTests(Machine machine) : KernelFixture(machine)
{
    static readonly Noise Noise = new(seed: 0x0123456789ABCDEF, step: 7, stream: 2);

    static readonly (int B, int D)[] Shapes = [.. RowShapes, (2, 97), (2, 129)];

    static readonly StepWeights[] Weights =
    [
        new(0.9f, 0, 0.3f, 0, 0, 0, 0), new(0.9f, 0, 0.3f, -0.2f, 0, 0, 0.5f),
        new(0, 1.1f, 0.3f, -0.2f, 0.7f, -0.4f, 0), new(0.5f, 1.1f, 0.3f, -0.2f, 0.7f, -0.4f, 0.25f),
    ];

    public static IEnumerable<object[]> Cases() => Every(SamplerStep.Ladder, Shapes);

    [RungCases(nameof(Cases))]
    public void Adds_its_terms_in_order(Rung<SamplerStep.Arguments> rung, int b, int d)
    {
        var normals = new Matrix(b, d);
        Simulator.Run(Normals.Ladder.InUse, new(Simulator[normals], Noise, b, d));
        foreach (var w in Weights)
        {
            Matrix z = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), kept = Matrix.Random(b, d, -2, 2, seed: 2);
            Matrix[] x = [.. Enumerable.Range(3, 4).Select(seed => Matrix.Random(b, d, -2, 2, seed, gap: seed % 2))];
            var next = new Matrix(b, d, gap: 2);

            Simulator.Run(rung, new(
                w, Simulator[z], Simulator[kept], Simulator[x[0]], Simulator[x[1]], Simulator[x[2]], Simulator[x[3]],
                Noise, Simulator[next], b, d));

            MustBe(next, (row, i) =>
            {
                var sum = new F32(w.Noise) * (w.Noise == 0 ? F32.Const(0) : normals.At(row, i));
                foreach (var (weight, term) in new[]
                {
                    (w.Z, z), (w.Kept, kept), (w.X0, x[0]), (w.X1, x[1]), (w.X2, x[2]), (w.X3, x[3]),
                })
                    if (weight != 0) sum = F32.Fma(new(weight), term.At(row, i), sum);
                return sum;
            });
        }
    }
}
