using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Training.Data;

/// <summary>Rows of numbers: N points in D dimensions, row-major.</summary>
public sealed record Points(string Name, float[] Values, int D)
{
    public int N => Values.Length / D;

    /// <summary>Height and width where a row is a picture's grey levels, 0 to 255; else null.</summary>
    public (int Height, int Width)? Picture { get; init; }

    /// <summary>A name of <see cref="Densities"/>, made here, or the path of a CSV file.</summary>
    /// <exception cref="UserError">The file cannot be read as numbers.</exception>
    public static Points Load(string data, ulong seed) => Densities.Of(data, 10_000, seed) ?? CsvPoints.Read(data);

    /// <summary>Other points than training's of a density that is made here; the first of a file's.</summary>
    /// <exception cref="UserError">The file cannot be read as numbers.</exception>
    public static Points ToEvaluate(string data, int rows, ulong seed)
    {
        if (Densities.Of(data, rows, ~seed) is { } drawn) return drawn;
        var all = CsvPoints.Read(data);
        return rows < all.N ? all with { Values = all.Values[..(rows * all.D)] } : all;
    }

    /// <summary>Data as a checkpoint names it: usable from any folder.</summary>
    public static string FullName(string data) => Densities.Names.Contains(data) ? data : Path.GetFullPath(data);

    /// <summary>The first 16 hexadecimal digits of SHA-256 over all numbers: equal points have equal ones.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Values.AsSpan())))[..16];

    /// <exception cref="UserError">Too few rows, or a column that never changes.</exception>
    public Points RequireSpread(int components)
    {
        if (N < components)
            throw new UserError($"--components {components}", $"is more than the {N} rows of {Name}", "give fewer");
        for (var d = 0; d < D; d++)
        {
            var varies = false;
            for (var i = d + D; i < Values.Length && !varies; i += D) varies = Values[i] != Values[d];
            if (!varies) throw new UserError(Name, $"column {d + 1} holds one value only", "leave the column out");
        }
        return this;
    }
}
