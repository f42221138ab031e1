namespace Hybrid.Formulas;

/// <summary>What one pixel costs, counted by running it on <see cref="Tally"/>.</summary>
public static class PixelCost
{
    /// <summary>Numbers without values; their adjoints go nowhere.</summary>
    readonly struct Counted : IPixelOutput<Tally>
    {
        public Tally this[int j] => default;

        public void Adjoint(int j, Tally value) { }
    }

    /// <summary>Of <see cref="IPixel.Nll"/>.</summary>
    public static OperationCount Nll<TPixel>(int count) where TPixel : IPixel =>
        Tally.Of(() => TPixel.Nll<Tally, Counted>(default, count, default));

    /// <summary>Of <see cref="IPixel.NllWithGrad"/>.</summary>
    public static OperationCount NllWithGrad<TPixel>(int count) where TPixel : IPixel =>
        Tally.Of(() => TPixel.NllWithGrad<Tally, Counted>(default, count, default, default));

    /// <summary>Of <see cref="IPixel.Mean"/>.</summary>
    public static OperationCount Mean<TPixel>(int count) where TPixel : IPixel =>
        Tally.Of(() => TPixel.Mean<Tally, Counted>(count, default));
}
