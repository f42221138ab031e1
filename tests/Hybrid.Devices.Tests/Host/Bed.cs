using Hybrid.Devices.Host;

namespace Hybrid.Devices.Tests.Host;

/// <summary>Where a test's tensors lie on a device.</summary>
public enum Layout
{
    /// <summary>Without gaps, but not aligned, with a guard row before and behind.</summary>
    Dense,

    /// <summary>A view of columns of a wider tensor, with guard columns on both sides.</summary>
    Strided,
}

/// <summary>Tensors of one run of one operation, each surrounded by guards that nothing may touch.</summary>
public sealed class Bed(HostDevice device, Layout layout)
{
    const float Guard = -12345.678f;

    readonly List<(Tensor Parent, Tensor View)> tensors = [];

    public IOps Ops => device.Ops;

    /// <summary>A tensor with values.</summary>
    public Tensor In(float[] values, int rows, int cols, Layout? asked = null)
    {
        var dense = (asked ?? layout) == Layout.Dense;
        var parent = device.Arena.Allocate(dense ? rows + 2 : rows, dense ? cols : cols + 5);
        device.Ops.Fill(parent, Guard);
        var view = dense ? parent.RowRange(1, rows) : parent.Columns(2, cols);
        device.Upload(values, view);
        tensors.Add((parent, view));
        return view;
    }

    /// <summary>A tensor to be overwritten: it holds NaN.</summary>
    public Tensor Out(int rows, int cols, Layout? asked = null)
    {
        var values = new float[rows * cols];
        Array.Fill(values, float.NaN);
        return In(values, rows, cols, asked);
    }

    /// <summary>Indices as a column.</summary>
    public Tensor In(int[] indices) =>
        In([.. indices.Select(BitConverter.Int32BitsToSingle)], indices.Length, 1);

    public float[] Read(Tensor tensor) => device.ToArray(tensor);

    /// <summary>Fails if an operation wrote outside its tensors.</summary>
    public void AssertGuardsStand()
    {
        foreach (var (parent, view) in tensors)
        {
            var all = device.ToArray(parent);
            var first = (int)(view.Offset - parent.Offset);
            for (var i = 0; i < all.Length; i++)
            {
                int row = (i - first) / view.Stride, col = (i - first) % view.Stride;
                var inside = i >= first && row < view.Rows && col < view.Cols;
                if (!inside && all[i] != Guard)
                    Assert.Fail($"Word {i} around a tensor {view} became {all[i]}.");
            }
        }
    }
}

/// <summary>Runs an operation with every lane, number of threads and layout.</summary>
public static class Everywhere
{
    public static readonly (HostLanes Lanes, int Threads)[] Variants =
    [
        .. from lanes in new[] { HostLanes.F32, HostLanes.F32x4, HostLanes.F32x8, HostLanes.F32x16 }
           from threads in new[] { 1, 2, 3 }
           select (lanes, threads),
    ];

    static HostDevice[]? devices;

    /// <summary>The outputs, after asserting that they are the same bits in every variant.</summary>
    public static float[][] Same(Func<Bed, Tensor[]> operation, bool onlyDense = false)
    {
        devices ??= [.. Variants.Select(v => new HostDevice(v.Threads, v.Lanes))];
        float[][]? first = null;
        foreach (var device in devices)
            foreach (var layout in onlyDense ? [Layout.Dense] : Enum.GetValues<Layout>())
            {
                var bed = new Bed(device, layout);
                float[][] outputs = [.. operation(bed).Select(bed.Read)];
                bed.AssertGuardsStand();
                first ??= outputs;
                for (var o = 0; o < outputs.Length; o++)
                    AssertSameBits(outputs[o], first[o], $"{device.Description}, {layout}");
            }
        return first!;
    }

    /// <summary>The single output of an operation.</summary>
    public static float[] Same(Func<Bed, Tensor> operation, bool onlyDense = false) =>
        Same(bed => [operation(bed)], onlyDense)[0];

    public static void AssertSameBits(float[] actual, float[] expected, string where)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (var i = 0; i < actual.Length; i++)
            if (BitConverter.SingleToInt32Bits(actual[i]) != BitConverter.SingleToInt32Bits(expected[i]))
                Assert.Fail($"Element {i} is {actual[i]:R}, not {expected[i]:R} ({where}).");
    }

    public static void Dispose()
    {
        foreach (var device in devices ?? []) device.Dispose();
        devices = null;
    }
}

[SetUpFixture]
public sealed class DisposeOfDevices
{
    [OneTimeTearDown]
    public void Dispose() => Everywhere.Dispose();
}
