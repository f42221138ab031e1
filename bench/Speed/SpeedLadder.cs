using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Devices;

namespace Hybrid.Bench;

/// <summary>What became of one rung.</summary>
/// <param name="Name">Lanes × threads.</param>
/// <param name="Hash">The output's bits: the first 16 hexadecimal digits of SHA-256.</param>
/// <param name="Right">Whether they equal the first rung's. A wrong rung is not timed.</param>
/// <param name="Seconds">Of one launch; null where wrong.</param>
/// <param name="GBs">Bytes that must move, read + written, per second.</param>
/// <param name="GFlops">Flops per second; transcendental functions are not counted.</param>
/// <param name="RooflineFraction">The least time of the whole machine over the median.</param>
/// <param name="Speedup">The first rung's median over this one's.</param>
public sealed record RungResult(
    string Name, string Hash, bool Right, Spread? Seconds, double? GBs, double? GFlops,
    double? RooflineFraction, double? Speedup);

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

/// <summary>Runs ladders: every rung is checked against the first one, then timed.</summary>
static class SpeedLadder
{
    public static LadderResult Run(
        OperationCase operation, IReadOnlyList<SpeedRung> rungs, Roofline roofline, Stopping stopping)
    {
        var cost = operation.Cost;
        var bytes = Roofline.Bytes(cost);
        var results = new List<RungResult>(rungs.Count);
        foreach (var rung in rungs)
        {
            using var device = rung.Open();
            var bound = operation.Bind(device);
            bound.Run();
            var hash = Hash(device, bound.Outputs);
            if (results.Count > 0 && hash != results[0].Hash)
            {
                results.Add(new(rung.Name, hash, false, null, null, null, null, null));
                continue;
            }
            var seconds = Timing.Of(bound.Run, stopping).Seconds;
            var first = results.Count > 0 ? results[0].Seconds!.Value.Median : seconds.Median;
            results.Add(new(rung.Name, hash, true, seconds, bytes / seconds.Median / 1e9,
                cost.Flops / seconds.Median / 1e9, roofline.Fraction(cost, seconds.Median),
                first / seconds.Median));
        }
        return new(operation.Operation, operation.Shape, operation.Reason, bytes, cost.Flops,
            cost.Transcendentals, roofline.Level(cost), results);
    }

    /// <summary>A fingerprint of every bit of the outputs.</summary>
    static string Hash(Device device, IReadOnlyList<Tensor> outputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var output in outputs)
            hash.AppendData(MemoryMarshal.AsBytes(device.ToArray(output).AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
