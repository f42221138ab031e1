using Hybrid.Devices;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Which network a diffusion trains, by the name that <c>--network</c> takes.</summary>
public enum DiffusionNetwork
{
    /// <summary><see cref="MlpDenoiser"/>: layers of all columns.</summary>
    Mlp,

    /// <summary><see cref="DiffusionTransformer"/>: attention between patches of pictures.</summary>
    Dit,

    /// <summary><see cref="UNetDenoiser"/>: convolutions of pictures in several sizes.</summary>
    Unet,
}

/// <summary>What a network must know of the rows that it denoises.</summary>
/// <param name="D">Columns.</param>
/// <param name="Picture">Height and width where a row is a picture.</param>
/// <param name="Classes">C, where it is told classes; else 0.</param>
public readonly record struct DataShape(int D, (int Height, int Width)? Picture, int Classes);

/// <summary>A diffusion's network from its options.</summary>
public static class DiffusionNetworks
{
    /// <summary>64 turns a unit are half a turn for neighbouring levels of grey.</summary>
    const int UsualOctaves = 7;

    /// <summary>The network with its starting values.</summary>
    /// <param name="network">Which.</param>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="options">Sizes, schedule and seed.</param>
    /// <param name="data">What it denoises.</param>
    /// <exception cref="UserError">
    /// The network is one of pictures and the data are none, or its sizes do not divide.
    /// </exception>
    public static Denoiser Open(this DiffusionNetwork network, Device device, DiffusionRunOptions options,
        DataShape data) => network switch
    {
        DiffusionNetwork.Mlp => new MlpDenoiser(device,
            new(data.D, options.Width, options.Layers, options.Features, options.Octaves ?? 0, data.Classes),
            options.Seed, options.Levels),
        DiffusionNetwork.Dit => Transformer(device, options, data),
        DiffusionNetwork.Unet => UNet(device, options, data),
        _ => throw new UserError($"--network {network}", "is not known", "see --help"),
    };

    static DiffusionTransformer Transformer(Device device, DiffusionRunOptions options, DataShape data)
    {
        var (height, width) = Require(data.Picture, "dit");
        if (height % options.Patch != 0 || width % options.Patch != 0)
            throw new UserError($"--patch {options.Patch}", $"does not divide {height}×{width} pixels",
                "give a divisor of both sides");
        return new(device, new(height, width, options.Patch, options.Width, options.Layers, options.Heads,
            options.Features, options.Octaves ?? UsualOctaves, data.Classes), options.Seed, options.Levels);
    }

    static UNetDenoiser UNet(Device device, DiffusionRunOptions options, DataShape data)
    {
        var (height, width) = Require(data.Picture, "unet");
        var shape = new UNetShape(height, width, options.Channels, options.LevelMultipliers,
            Features: options.Features, Octaves: options.Octaves ?? UsualOctaves, Classes: data.Classes);
        try
        {
            shape.Require();
        }
        catch (ArgumentException e)
        {
            var (problem, fix) = e.Message.Split("; ", 2) is [var first, var second]
                ? (first, second)
                : (e.Message, "see --help");
            throw new UserError(
                $"--channels {options.Channels} --multipliers {options.Multipliers}", problem, fix, e);
        }
        return new(device, shape, options.Seed, options.Levels);
    }

    static (int Height, int Width) Require((int Height, int Width)? picture, string network) => picture
        ?? throw new UserError($"--network {network}", "takes pictures, and the data are points",
            "give --data mnist:FOLDER, or --network mlp");
}
