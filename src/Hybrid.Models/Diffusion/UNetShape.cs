namespace Hybrid.Models;

/// <summary>The shape of a U-Net that denoises pictures of one channel.</summary>
/// <param name="Height">Rows of pixels: a multiple of 2 for each level below the first.</param>
/// <param name="PictureWidth">Pixels of a row: the same.</param>
/// <param name="Channels">Channels of the first level.</param>
/// <param name="Multipliers">Of the channels of each level, the first and largest picture's first.</param>
/// <param name="Blocks">Residual blocks of each level, on the way down and on the way up.</param>
/// <param name="Groups">Of channels that are normalised together; they divide the channels of every level.</param>
/// <param name="Features">Columns of the time's sinusoidal embedding: an even number.</param>
/// <param name="Octaves">Sines and cosines of each pixel that the network sees beside it; 0 for none.</param>
/// <param name="Classes">C of a condition; 0 for none.</param>
public sealed record UNetShape(
    int Height, int PictureWidth, int Channels, IReadOnlyList<int> Multipliers, int Blocks = 1, int Groups = 8,
    int Features = 64, int Octaves = 0, int Classes = 0)
{
    /// <summary>Three levels of 1, 2 and 2 times the channels: 28, 14 and 7 pixels of a digit.</summary>
    public UNetShape(int height, int pictureWidth) : this(height, pictureWidth, 32, [1, 2, 2]) { }

    /// <summary>Pictures of other sizes than the first, and that one.</summary>
    public int Levels => Multipliers.Count;

    /// <summary>Channels of a level.</summary>
    public int ChannelsAt(int level) => Channels * Multipliers[level];

    /// <summary>Columns of what the time becomes before the blocks take their part of it.</summary>
    public int Condition => 4 * Channels;

    /// <summary>The shape itself.</summary>
    /// <exception cref="ArgumentException">Sizes that are not positive or do not divide.</exception>
    public UNetShape Require()
    {
        if (Height < 1 || PictureWidth < 1 || Channels < 1 || Blocks < 1 || Groups < 1 || Octaves < 0
            || Levels < 1 || Multipliers.Any(multiplier => multiplier < 1))
            throw new ArgumentException($"{this}: sizes, multipliers, blocks and groups must be positive");
        var step = 1 << (Levels - 1);
        if (Height % step != 0 || PictureWidth % step != 0)
            throw new ArgumentException(
                $"{Height}×{PictureWidth} pixels cannot be halved {Levels - 1} times; give multiples of {step}");
        for (var level = 0; level < Levels; level++)
            if (ChannelsAt(level) % Groups != 0)
                throw new ArgumentException(
                    $"{Groups} groups do not divide the {ChannelsAt(level)} channels of level {level};"
                    + " give a divisor");
        return this;
    }

    public override string ToString() =>
        $"{Height}×{PictureWidth}, {Channels}·({string.Join(", ", Multipliers)}), {Blocks} blocks, {Groups} groups";
}
