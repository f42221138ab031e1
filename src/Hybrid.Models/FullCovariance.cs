using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Draws from N(μ, LLᵀ) with L lower triangular, and their rate, as operations of a graph.</summary>
/// <remarks>
/// L = diag(e^(ℓ/2)) + T with T below the diagonal: KL(N(μ, LLᵀ) ‖ N(0, I)) = ½(‖μ‖² + Σe^ℓ + ‖T‖² − K − Σℓ), the diagonal
/// Gaussian's and ½‖T‖².
/// </remarks>
static class FullCovariance
{
    const string Places = "covariance/places", Zeros = "covariance/zeros", NoEntries = "covariance/no-entries";

    /// <summary>Numbers below the diagonal.</summary>
    public static int Entries(int K) => K * (K - 1) / 2;

    #region full-covariance
    /// <summary>z = μ + L ε with ε ~ N(0, I), [B, K], and KL(N(μ, LLᵀ) ‖ N(0, I)) of each row, nats [B, 1].</summary>
    /// <param name="graph">Where they are built.</param>
    /// <param name="mu">μ, [B, K].</param>
    /// <param name="logVar">ℓ, twice the logarithm of L's diagonal, [B, K].</param>
    /// <param name="below">T's entries row by row, [B, K(K − 1)/2].</param>
    public static (Value Z, Value Rate) Reparameterize(Graph graph, Value mu, Value logVar, Value below)
    {
        var (B, K) = (graph.ShapeOf(mu).Rows, graph.ShapeOf(mu).Cols);
        var zeros = graph.Input(Zeros, B, K);
        var (eps, _) = graph.ReparameterizeKl(zeros, zeros);
        var (along, _) = graph.AffineCoupling(eps, graph.Scale(logVar, 0.5f), mu);
        var matrices = graph.MatrixProduct(below, graph.Input(Places, Entries(K), K * K));
        var across = graph.BatchedProduct(
            Factors.Plain, graph.Reshape(matrices, B * K, K), graph.Reshape(eps, B * K, 1), B);
        var square = graph.SquaredErrorRows(below, graph.Input(NoEntries, B, Entries(K)));
        return (graph.Plus(along, graph.Reshape(across, B, K)),
            graph.Plus(graph.KlRows(mu, logVar), graph.Scale(square, 0.5f)));
    }
    #endregion

    /// <summary>Fills the constants of a plan; one without such draws has none.</summary>
    public static void SetConstants(Plan plan, Device device, int K)
    {
        if (!plan.Reads(Places)) return;
        device.Ops.Fill(plan.Input(Zeros), 0);
        if (plan.Reads(NoEntries)) device.Ops.Fill(plan.Input(NoEntries), 0);
        var places = new float[Entries(K) * K * K];
        var entry = 0;
        for (var row = 1; row < K; row++)
            for (var column = 0; column < row; column++) places[entry++ * K * K + row * K + column] = 1;
        device.Upload(places, plan.Input(Places));
    }
}
