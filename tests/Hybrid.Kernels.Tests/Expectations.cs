namespace Hybrid.Kernels.Tests;

/// <summary>The instructions that carry a rung's idea, as they stand in its PTX.</summary>
readonly record struct Expectation(int Shuffles = 0, int Barriers = 0, int GlobalFours = 0, int SharedFours = 0);

/// <summary>What each rung promises; one that is not listed promises none of it.</summary>
static class Expectations
{
    public static Expectation Of(string rung) => Promised.GetValueOrDefault(rung);

    static readonly Dictionary<string, Expectation> Promised = new()
    {
        ["KlRows_V2_WarpPerRow"] = new(Shuffles: 5),
        ["KlRows_V3_ShortRowsShareAWarp"] = new(Shuffles: 5),
    };
}
