namespace Hybrid.Models;

/// <summary>Families of p(z).</summary>
public enum PriorKind
{
    /// <summary>N(0, I).</summary>
    Standard,

    /// <summary>A mixture of diagonal Gaussians with trained weights, means and variances.</summary>
    Mog,

    /// <summary>VampPrior: the mixture of the posteriors of trained pseudo-inputs.</summary>
    Vamp,

    /// <summary>Generative topographic map: a mixture whose components are a network of a grid's points.</summary>
    Gtm,

    /// <summary>A VampPrior whose pseudo-inputs are a network of a grid's points.</summary>
    GtmVamp,

    /// <summary>RealNVP: N(0, I) through affine coupling layers.</summary>
    Flow,

    /// <summary>AR(1) over the dimensions: a posterior whose dimensions are independent cannot be equal.</summary>
    Autoregressive,
}

/// <summary>The shape of a prior.</summary>
/// <param name="Kind">Its family.</param>
/// <param name="Components">
/// K of a mixture; of a Gtm and GtmVamp the square of 2 or more, because they lie on a grid.
/// </param>
public sealed record PriorShape(PriorKind Kind, int Components)
{
    public static PriorShape Standard { get; } = new(PriorKind.Standard, 0);

    /// <summary>Whether it is a mixture.</summary>
    public bool IsMixture => Kind is not (PriorKind.Standard or PriorKind.Flow or PriorKind.Autoregressive);

    /// <summary>Whether its components lie on a grid.</summary>
    public bool HasGrid => Kind is PriorKind.Gtm or PriorKind.GtmVamp;

    /// <summary>Networks beside those of the VAE.</summary>
    public int Networks => Kind == PriorKind.Flow ? 2 * RealNvp.Pairs : HasGrid ? 1 : 0;

    /// <summary>δ of an autoregressive prior: nats that every posterior is away from it at least.</summary>
    public double Rate { get; init; }

    /// <summary>Widths of the networks that the grid's points or a coupling's half pass through.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256, 256];

    /// <summary>Points along each side of the grid.</summary>
    /// <exception cref="ArgumentException">The components are not the square of 2 or more.</exception>
    public int Side
    {
        get
        {
            var side = (int)Math.Round(Math.Sqrt(Components));
            return side >= 2 && side * side == Components
                ? side
                : throw new ArgumentException($"{Components} components are not the square of 2 or more.");
        }
    }
}
