using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>A set of images on a device, read in batches by index.</summary>
public sealed class DeviceImages
{
    readonly Device device;
    readonly Tensor pixels;
    readonly Dictionary<int, Tensor> indices = [];

    /// <summary>Uploads the images once.</summary>
    public DeviceImages(Device device, ImageSet images)
    {
        this.device = device;
        Images = images;
        pixels = device.From(images.Pixels, images.N, images.D);
    }

    public ImageSet Images { get; }

    /// <summary>Writes the given rows into x[B, D], drawn as 0 or 1 if <paramref name="binarize"/>.</summary>
    public void Batch(ReadOnlySpan<int> rows, Tensor x, bool binarize, in Noise noise)
    {
        if (!indices.TryGetValue(rows.Length, out var index))
            indices[rows.Length] = index = device.Arena.Allocate(rows.Length, 1);
        device.Upload(rows, index);
        device.Ops.GatherRows(pixels, index, x);
        if (binarize) device.Ops.Binarize(x, noise, x);
    }
}
