using System.Runtime.CompilerServices;

namespace Hybrid.Devices.Host;

/// <summary>How a method with a hot loop is compiled.</summary>
/// <remarks>
/// At once and in full, and never into its caller. The compiler inlines so much into one method and then
/// stops: a loop that went into a caller would share that with everything else there, and find its own
/// lanes and formulas called one by one (a separable critic's step: a quarter slower).
/// </remarks>
static class HotLoop
{
    public const MethodImplOptions Options =
        MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
