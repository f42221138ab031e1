using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>A 3×3 convolution forward and backward, in torch's own layout or with channels last.</summary>
sealed class TorchConv : IPeerWork
{
    const int Kernel = 3;

    readonly ConvCase conv;
    readonly bool channelsLast;
    readonly Tensor x, w, bias, dy;

    public TorchConv(ConvCase conv, PeerData data, bool channelsLast)
    {
        (this.conv, this.channelsLast) = (conv, channelsLast);
        long B = conv.B, size = conv.Size, inputs = conv.Inputs, outputs = conv.Outputs;
        var pixels = (int)(B * size * size);
        x = Layout(data.A(pixels * inputs), B, size, inputs).RequireGradient();
        dy = Layout(data.B(pixels * outputs), B, size, outputs);
        // From [tap, input, output] to one small image an output.
        var taps = Rearranged(data.B(Kernel * Kernel * inputs * outputs), Kernel * Kernel * (int)inputs, (int)outputs);
        w = Layout(taps, outputs, Kernel, inputs).RequireGradient();
        bias = Tensor.Of(new float[outputs], outputs);
    }

    /// <summary>Images [B, size, size, C] as torch is to hold them.</summary>
    Tensor Layout(ReadOnlySpan<float> images, long B, long size, long channels) => channelsLast
        ? Tensor.Strided(images, [B, channels, size, size], [size * size * channels, 1, size * channels, channels])
        : Tensor.Of(Planes(images, (int)(size * size), (int)channels), B, channels, size, size);

    static float[] Planes(ReadOnlySpan<float> images, int pixels, int channels)
    {
        var planes = new float[images.Length];
        for (var at = 0; at < images.Length; at += pixels * channels)
            Rearranged(images.Slice(at, pixels * channels), pixels, channels).CopyTo(planes, at);
        return planes;
    }

    static float[] Images(ReadOnlySpan<float> planes, int pixels, int channels) => Planes(planes, channels, pixels);

    static float[] Rearranged(ReadOnlySpan<float> values, int rows, int cols)
    {
        var turned = new float[values.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < cols; j++) turned[j * rows + i] = values[i * cols + j];
        return turned;
    }

    Tensor Pass()
    {
        x.ForgetGradient();
        w.ForgetGradient();
        var y = x.Conv2d(w, bias, 1);
        y.Backward(dy);
        return y;
    }

    public void Run()
    {
        Pass();
        Tensor.FreeTemporaries();
    }

    public float[] Results()
    {
        var y = Pass();
        var pixels = conv.Size * conv.Size;
        var taps = Plain(w.Gradient, Kernel * Kernel, conv.Inputs);
        float[] results =
        [
            .. Plain(y, pixels, conv.Outputs), .. Plain(x.Gradient, pixels, conv.Inputs),
            .. Rearranged(taps, conv.Outputs, Kernel * Kernel * conv.Inputs),
        ];
        Tensor.FreeTemporaries();
        return results;
    }

    /// <summary>Channels last, whatever torch chose: a copy in its plain layout, then turned.</summary>
    static float[] Plain(Tensor tensor, int pixels, int channels) =>
        Images(tensor.Contiguous().Values, pixels, channels);

    public void Dispose() { }
}
