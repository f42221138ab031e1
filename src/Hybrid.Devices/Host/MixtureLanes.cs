using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Two lanes of points or of components against the others: what the adjoints of a mixture share.</summary>
/// <remarks>
/// As in <see cref="AttentionLanes{T}"/>, a lane holds rows: they are turned over once, the other side's numbers are
/// read in place and broadcast. Weights of 32 others at a time lie in the first cache.
/// </remarks>
static unsafe class MixtureLanes<T> where T : unmanaged, IVectorLane<T>
{
    /// <summary>Rows that share a pass over the others.</summary>
    public static int Group => AttentionLanes<T>.Group;

    /// <summary>Others that are taken together.</summary>
    public const int Block = AttentionLanes<T>.Block;

    /// <summary>squares[j, point] of the group's points and components [first, first + count).</summary>
    [MethodImpl(HotLoop.Options)]
    public static void SquaresOfPoints(
        float* points, View mu, View precision, int first, int count, int dims, float* squares)
    {
        int width = T.Width, group = 2 * T.Width, j = 0;
        for (; j <= count - 2; j += 2, squares += 2 * group)
        {
            float* m0 = mu[first + j], p0 = precision[first + j];
            float* m1 = mu[first + j + 1], p1 = precision[first + j + 1], z = points;
            T s00 = default, s01 = default, s10 = default, s11 = default;
            for (var d = 0; d < dims; d++, z += group)
            {
                T z0 = T.Load(z), z1 = T.Load(z + width);
                T mean0 = T.Broadcast(m0[d]), precision0 = T.Broadcast(p0[d]);
                T mean1 = T.Broadcast(m1[d]), precision1 = T.Broadcast(p1[d]);
                s00 = MixtureDensity.AddSquare(s00, z0, mean0, precision0);
                s01 = MixtureDensity.AddSquare(s01, z1, mean0, precision0);
                s10 = MixtureDensity.AddSquare(s10, z0, mean1, precision1);
                s11 = MixtureDensity.AddSquare(s11, z1, mean1, precision1);
            }
            AttentionLanes<T>.Store(squares, s00, s01);
            AttentionLanes<T>.Store(squares + group, s10, s11);
        }
        for (; j < count; j++, squares += group)
        {
            float* m = mu[first + j], p = precision[first + j], z = points;
            T s0 = default, s1 = default;
            for (var d = 0; d < dims; d++, z += group)
            {
                T mean = T.Broadcast(m[d]), half = T.Broadcast(p[d]);
                s0 = MixtureDensity.AddSquare(s0, T.Load(z), mean, half);
                s1 = MixtureDensity.AddSquare(s1, T.Load(z + width), mean, half);
            }
            AttentionLanes<T>.Store(squares, s0, s1);
        }
    }

    /// <summary>squares[j, component] of points [first, first + count) and the group's components.</summary>
    [MethodImpl(HotLoop.Options)]
    public static void SquaresOfComponents(
        float* mu, float* precision, View z, int first, int count, int dims, float* squares)
    {
        int width = T.Width, group = 2 * T.Width, j = 0;
        for (; j <= count - 2; j += 2, squares += 2 * group)
        {
            float* z0 = z[first + j], z1 = z[first + j + 1], m = mu, p = precision;
            T s00 = default, s01 = default, s10 = default, s11 = default;
            for (var d = 0; d < dims; d++, m += group, p += group)
            {
                T point0 = T.Broadcast(z0[d]), point1 = T.Broadcast(z1[d]);
                T mean0 = T.Load(m), mean1 = T.Load(m + width);
                T half0 = T.Load(p), half1 = T.Load(p + width);
                s00 = MixtureDensity.AddSquare(s00, point0, mean0, half0);
                s01 = MixtureDensity.AddSquare(s01, point0, mean1, half1);
                s10 = MixtureDensity.AddSquare(s10, point1, mean0, half0);
                s11 = MixtureDensity.AddSquare(s11, point1, mean1, half1);
            }
            AttentionLanes<T>.Store(squares, s00, s01);
            AttentionLanes<T>.Store(squares + group, s10, s11);
        }
        for (; j < count; j++, squares += group)
        {
            float* points = z[first + j], m = mu, p = precision;
            T s0 = default, s1 = default;
            for (var d = 0; d < dims; d++, m += group, p += group)
            {
                var point = T.Broadcast(points[d]);
                s0 = MixtureDensity.AddSquare(s0, point, T.Load(m), T.Load(p));
                s1 = MixtureDensity.AddSquare(s1, point, T.Load(m + width), T.Load(p + width));
            }
            AttentionLanes<T>.Store(squares, s0, s1);
        }
    }

    /// <summary>sums[d, point] takes the pull of each component, a chain over j.</summary>
    [MethodImpl(HotLoop.Options)]
    public static void AddPulls(
        float* shares, float* points, View mu, View precision, int first, int count, int dims, float* sums)
    {
        int width = T.Width, group = 2 * T.Width;
        for (var d = 0; d < dims; d++, points += group, sums += group)
        {
            T z0 = T.Load(points), z1 = T.Load(points + width), s0 = T.Load(sums), s1 = T.Load(sums + width);
            float* m = mu[first] + d, p = precision[first] + d, w = shares;
            for (var j = 0; j < count; j++, m += mu.Stride, p += precision.Stride, w += group)
            {
                T mean = T.Broadcast(*m), half = T.Broadcast(*p);
                s0 = MixtureDensity.AddPull(s0, T.Load(w), z0, mean, half);
                s1 = MixtureDensity.AddPull(s1, T.Load(w + width), z1, mean, half);
            }
            AttentionLanes<T>.Store(sums, s0, s1);
        }
    }

    /// <summary>firsts and seconds [d, component] take each point's moments, chains over j.</summary>
    [MethodImpl(HotLoop.Options)]
    public static void AddMoments(
        float* weights, float* mu, View z, int first, int count, int dims, float* firsts, float* seconds)
    {
        int width = T.Width, group = 2 * T.Width;
        for (var d = 0; d < dims; d++, mu += group, firsts += group, seconds += group)
        {
            T m0 = T.Load(mu), m1 = T.Load(mu + width), f0 = T.Load(firsts), f1 = T.Load(firsts + width);
            T s0 = T.Load(seconds), s1 = T.Load(seconds + width);
            float* points = z[first] + d, w = weights;
            for (var j = 0; j < count; j++, points += z.Stride, w += group)
            {
                var point = T.Broadcast(*points);
                MixtureDensity.AddMoments(ref f0, ref s0, T.Load(w), point, m0);
                MixtureDensity.AddMoments(ref f1, ref s1, T.Load(w + width), point, m1);
            }
            AttentionLanes<T>.Store(firsts, f0, f1);
            AttentionLanes<T>.Store(seconds, s0, s1);
        }
    }
}
