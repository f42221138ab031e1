using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Training.Data;

/// <summary>Rows of numbers: N points in D dimensions, row-major.</summary>
public sealed record Points(string Name, float[] Values, int D)
{
    public int N => Values.Length / D;

    /// <summary>Height and width where a row is a picture's grey levels, 0 to 255; else null.</summary>
    public (int Height, int Width)? Picture { get; init; }

    /// <summary>The class of each row, from 0 on, [N]; null where they have none.</summary>
    public int[]? Classes { get; init; }

    /// <summary>C: one more than the greatest class; 0 where there is none.</summary>
    public int ClassCount => Classes is null ? 0 : 1 + Classes.Max();

    /// <summary>The first rows; all, where there are no more.</summary>
    public Points First(int rows) => rows >= N ? this : this with
    {
        Values = Values[..(rows * D)], Classes = Classes?[..rows],
    };

    /// <summary>The class of each row.</summary>
    /// <exception cref="UserError">They have none, or one only.</exception>
    public int[] RequireClasses() => ClassCount > 1
        ? Classes!
        : throw new UserError($"--data {Name}", "has no classes",
            "give pictures with their labels, or grid, rings or moons");

    /// <summary>A name of <see cref="Densities"/>, made here, or the path of a CSV file.</summary>
    /// <exception cref="UserError">The file cannot be read as numbers.</exception>
    public static Points Load(string data, ulong seed) => Densities.Of(data, 10_000, seed) ?? CsvPoints.Read(data);

    /// <summary>Other points than training's of a density that is made here; the first of a file's.</summary>
    /// <exception cref="UserError">The file cannot be read as numbers.</exception>
    public static Points ToEvaluate(string data, int rows, ulong seed)
    {
        if (Densities.Of(data, rows, ~seed) is { } drawn) return drawn;
        return CsvPoints.Read(data).First(rows);
    }

    /// <summary>Data as a checkpoint names it: usable from any folder.</summary>
    public static string FullName(string data) => Densities.Names.Contains(data) ? data : Path.GetFullPath(data);

    /// <summary>
    /// The first 16 hexadecimal digits of SHA-256 over all numbers and classes: equal points have equal ones.
    /// </summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(MemoryMarshal.AsBytes(Values.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(Classes.AsSpan()));
            return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        }
    }

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
