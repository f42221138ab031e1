using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>A set of images on a device, read in batches in any order.</summary>
/// <remarks>The order lies on the device too, so that a step copies nothing to it.</remarks>
public sealed class DeviceImages
{
    readonly Tensor pixels, order;

    /// <summary>
    /// Uploads the images once; they are read as they lie until <see cref="Order"/> says otherwise.
    /// </summary>
    /// <param name="device">Where to.</param>
    /// <param name="images">As they are; what is uploaded may be rounded.</param>
    /// <param name="levels">
    /// Grey values k/(levels − 1), to the nearest of which pixels are rounded; 0 for none.
    /// </param>
    public DeviceImages(Device device, ImageSet images, int levels = 0)
    {
        (Device, Images) = (device, images);
        pixels = device.From(levels == 0 ? images.Pixels : Rounded(images.Pixels, levels), images.N, images.D);
        order = device.Arena.Allocate(images.N, 1);
        Order([.. Enumerable.Range(0, images.N)]);
    }

    public Device Device { get; }

    public ImageSet Images { get; }

    static float[] Rounded(ReadOnlySpan<float> pixels, int levels)
    {
        var rounded = new float[pixels.Length];
        float last = levels - 1;
        for (var i = 0; i < rounded.Length; i++) rounded[i] = MathF.Round(pixels[i] * last) / last;
        return rounded;
    }

    /// <summary>The order in which <see cref="Batch"/> reads, N indices; not during a step.</summary>
    public void Order(ReadOnlySpan<int> rows) => Device.Upload(rows, order);

    /// <summary>
    /// Writes as many images as x[B, D] has rows, from place <paramref name="from"/> of the order on, drawn as 0 or 1
    /// if <paramref name="binarize"/>.
    /// </summary>
    public void Batch(int from, Tensor x, bool binarize, in Noise noise)
    {
        Device.Ops.GatherRows(pixels, order.RowRange(from, x.Rows), x);
        if (binarize) Device.Ops.Binarize(x, noise, x);
    }
}
