namespace Hybrid.Bench.Exactness;

/// <summary>Every experiment whose answer theory knows.</summary>
public static class Catalogue
{
    public static IReadOnlyList<ExactnessExperiment> All { get; } = [];
}
