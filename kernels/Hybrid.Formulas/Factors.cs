namespace Hybrid.Formulas;

/// <summary>Which factor of a matrix product lies transposed in memory.</summary>
public enum Factors
{
    /// <summary>y = a·b of a[M, K] and b[K, N].</summary>
    Plain,

    /// <summary>y = a·bᵀ of a[M, K] and b[N, K].</summary>
    RightTransposed,

    /// <summary>y = aᵀ·b of a[K, M] and b[K, N].</summary>
    LeftTransposed,
}
