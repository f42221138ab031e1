using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Hybrid.Devices.Measure;

/// <summary>What the numbers were measured on.</summary>
/// <param name="Cpu">The CPU's own name.</param>
/// <param name="Isa">The widest vector instructions in use.</param>
/// <param name="Threads">Threads that the process may run at once.</param>
/// <param name="DotNet">The runtime's version.</param>
/// <param name="Os">The operating system.</param>
/// <param name="L2Bytes">Level-2 cache of one core.</param>
/// <param name="L3Bytes">Level-3 cache, shared.</param>
public sealed record MachineFacts(
    string Cpu, string Isa, int Threads, string DotNet, string Os, long L2Bytes, long L3Bytes)
{
    /// <summary>Assumed where the system does not say.</summary>
    const long UsualL2 = 1 << 20, UsualL3 = 32 << 20;

    public static MachineFacts Here() => new(
        CpuName(), Instructions(), Environment.ProcessorCount, RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
        CacheBytes(2) ?? UsualL2, CacheBytes(3) ?? UsualL3);

    static string Instructions() =>
        Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported && Fma.IsSupported ? "AVX2 + FMA"
        : AdvSimd.IsSupported ? "AdvSIMD" : "scalar";

    /// <summary>The brand string: 48 characters in three leaves of CPUID.</summary>
    static string CpuName()
    {
        const int first = unchecked((int)0x80000002), count = 3;
        if (!X86Base.IsSupported) return RuntimeInformation.ProcessArchitecture.ToString();
        Span<int> words = stackalloc int[4 * count];
        for (var leaf = 0; leaf < count; leaf++)
            (words[4 * leaf], words[4 * leaf + 1], words[4 * leaf + 2], words[4 * leaf + 3]) =
                X86Base.CpuId(first + leaf, 0);
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words)).TrimEnd('\0').Trim();
    }

    static long? CacheBytes(int level)
    {
        const string folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(folder)) return null;
        foreach (var cache in Directory.EnumerateDirectories(folder, "index*"))
            if (Read(cache, "level") == level.ToString() && Read(cache, "size") is [.. var kibibytes, 'K'])
                return 1024 * long.Parse(kibibytes);
        return null;
    }

    static string Read(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
    }
}
