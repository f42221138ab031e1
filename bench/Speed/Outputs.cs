using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Bench;

/// <summary>What an operation wrote, brought back from its device.</summary>
sealed class Outputs(IReadOnlyList<float[]> tensors)
{
    /// <summary>Runs a rung once.</summary>
    public static Outputs Of(ReadyRung rung)
    {
        rung.Run();
        return new([.. rung.Outputs.Select(rung.Device.ToArray)]);
    }

    /// <summary>The first 16 hexadecimal digits of SHA-256 over every bit.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors) hash.AppendData(MemoryMarshal.AsBytes(tensor.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>Whether these are the reference's bits or, with a tolerance, near its numbers.</summary>
    public bool Match(Outputs reference, double tolerance) => tolerance == 0
        ? Hash() == reference.Hash()
        : tensors.Zip(reference.Tensors).All(pair => Near(pair.First, pair.Second, tolerance));

    public IReadOnlyList<float[]> Tensors => tensors;

    /// <summary>NaN is near nothing.</summary>
    static bool Near(float[] values, float[] reference, double tolerance)
    {
        for (var i = 0; i < values.Length; i++)
            if (!(Math.Abs((double)values[i] - reference[i]) <= tolerance * Math.Abs((double)reference[i])))
                return false;
        return true;
    }
}
