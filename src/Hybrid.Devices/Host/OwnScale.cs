using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>A component's scale at its own draw (<see cref="MixtureWeights"/>), where lanes hold rows.</summary>
/// <param name="row">Which row of the group has the same number as the component; any number.</param>
/// <param name="logOwn">What that row sees more.</param>
readonly unsafe struct OwnScale<T>(int row, float logOwn) where T : unmanaged, IVectorLane<T>
{
    /// <summary>Whether it changes anything for a group of so many rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNear(int rows) => (uint)row < (uint)rows && logOwn != 0;

    /// <summary>The scales of the group's lane number <paramref name="lane"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public T In(T scale, int lane)
    {
        var place = row - lane * T.Width;
        if ((uint)place >= (uint)T.Width) return scale;
        var parts = stackalloc float[T.Width];
        T.Store(scale, parts);
        parts[place] = Exact.Add(parts[place], logOwn);
        return T.Load(parts);
    }
}
