namespace Hybrid.Information;

/// <summary>
/// How much of a latent space has collapsed: dimensions whose posterior is the prior, whatever x is.
/// </summary>
/// <param name="Used">Dimensions whose mean KL is above the threshold.</param>
/// <param name="Dimensions">K.</param>
/// <param name="Text">In words.</param>
public readonly record struct Collapse(int Used, int Dimensions, string Text)
{
    /// <summary>
    /// Nats of mean KL below which a dimension says nothing: Lucas et al. 2019, arXiv:1911.02469, section 6, call a
    /// dimension collapsed where KL &lt; ε for most of the data, with ε = 0.01.
    /// </summary>
    public const double Threshold = 0.01;

    public static Collapse Of(RateAccount account)
    {
        var K = account.KlPerDimension.Count;
        var used = account.KlPerDimension.Count(kl => kl >= Threshold);
        return new(used, K, used switch
        {
            0 => "collapsed: no dimension says anything about x",
            _ when used == K => "no dimension has collapsed",
            _ => $"{K - used} of {K} dimensions have collapsed",
        });
    }
}
