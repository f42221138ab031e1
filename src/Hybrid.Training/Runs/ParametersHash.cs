using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Training;

/// <summary>A fingerprint of trained parameters: equal if and only if every bit of every parameter is.</summary>
public static class ParametersHash
{
    /// <summary>The first 16 hexadecimal digits of SHA-256 over names, shapes and values, in model order.</summary>
    public static string Of(Device device, Parameters parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var spec in parameters.Specs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{spec.Name} {spec.Shape};"));
            hash.AppendData(MemoryMarshal.AsBytes(device.ToArray(parameters.Value(spec.Name)).AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
