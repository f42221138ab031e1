namespace Hybrid.Bench;

/// <summary>What became of one rung.</summary>
/// <param name="Name">Lanes × threads.</param>
/// <param name="Hash">The output's bits: the first 16 hexadecimal digits of SHA-256.</param>
/// <param name="Right">Whether they equal the reference's. A wrong rung is not timed.</param>
/// <param name="Seconds">Of one launch; null where wrong.</param>
/// <param name="GBs">Bytes that must move, read + written, per second.</param>
/// <param name="GFlops">Flops per second; transcendental functions are not counted.</param>
/// <param name="RooflineFraction">The least time of the whole machine over the median.</param>
/// <param name="Speedup">The first rung's median over this one's.</param>
public sealed record RungResult(
    string Name, string Hash, bool Right, Spread? Seconds, double? GBs, double? GFlops,
    double? RooflineFraction, double? Speedup)
{
    /// <summary>What a product's factors were rounded to; null where to nothing.</summary>
    public Factors? Factors { get; init; }

    /// <summary>cuBLAS's median over this one's, with the same factors; null without cuBLAS.</summary>
    public double? OfCuBlas { get; init; }
}

/// <summary>A ladder at one shape, slowest rung first.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Reason">Why this shape.</param>
/// <param name="Bytes">That one launch must move, read + written.</param>
/// <param name="Flops">Of one launch.</param>
/// <param name="Transcendentals">Calls of exp and the like.</param>
/// <param name="Level">Where its data lie, which decides the copy rate of its bound.</param>
/// <param name="Rungs">One result each.</param>
public sealed record LadderResult(
    string Operation, string Shape, string Reason, long Bytes, long Flops, long Transcendentals,
    CeilingKind Level,
    IReadOnlyList<RungResult> Rungs)
{
    public bool Right => Rungs.All(rung => rung.Right);
}

/// <summary>Runs ladders: every rung is checked against the reference, then timed.</summary>
static class SpeedLadder
{
    public static LadderResult Run(LadderCase ladder, Roofline roofline, Stopping stopping)
    {
        var operation = ladder.Operation;
        var cost = operation.Cost;
        var bytes = Roofline.Bytes(cost);
        var reference = Reference(ladder);
        double? first = null;
        var results = new List<RungResult>(ladder.Steps.Count);
        foreach (var step in ladder.Steps)
        {
            using var rung = step.Open();
            var outputs = Outputs.Of(rung);
            var hash = outputs.Hash();
            reference ??= outputs;
            if (!(rung.Check?.Invoke(outputs) ?? outputs.Match(reference, step.Tolerance)))
            {
                results.Add(new(step.Name, hash, false, null, null, null, null, null));
                continue;
            }
            var seconds = rung.Time(stopping).Seconds;
            first ??= seconds.Median;
            results.Add(new(step.Name, hash, true, seconds, bytes / seconds.Median / 1e9,
                cost.Flops / seconds.Median / 1e9,
                // The roof is that of ordinary cores.
                step.Factors == Factors.Fp32 ? roofline.Fraction(cost, seconds.Median) : null,
                first / seconds.Median)
            {
                Factors = step.Factors == Factors.Fp32 ? null : step.Factors,
            });
        }
        for (var i = 0; i < results.Count; i++)
            if (!ladder.Steps[i].IsYardstick && Yardstick(ladder.Steps[i].Factors) is { } yardstick)
                results[i] = results[i] with { OfCuBlas = yardstick / results[i].Seconds?.Median };
        return new(operation.Operation, operation.Shape, operation.Reason, bytes, cost.Flops,
            cost.Transcendentals, roofline.Level(cost), results);

        double? Yardstick(Factors factors) => ladder.Steps
            .Zip(results).FirstOrDefault(pair => pair.First.IsYardstick && pair.First.Factors == factors)
            .Second?.Seconds?.Median;
    }

    static Outputs? Reference(LadderCase ladder)
    {
        using var rung = ladder.Reference?.Invoke();
        return rung is null ? null : Outputs.Of(rung);
    }
}
