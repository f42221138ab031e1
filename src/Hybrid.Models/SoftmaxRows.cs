using Hybrid.Autodiff;

namespace Hybrid.Models;

/// <summary>Expectations under softmax(logits[B, C]) as operations of a graph.</summary>
/// <remarks>
/// Each row is a problem of <see cref="GraphProducts.Attention(Graph, Value, Value, Value, int, float)"/> with one
/// query, which is 1, the logits for keys and what is averaged for values: its weights are the class probabilities,
/// and its log-sum-exp is their normaliser.
/// </remarks>
static class SoftmaxRows
{
    const string Ones = "ones/classes";

    /// <summary>Σ_c q_c v_c of each row, and log Σ_c e^logit: both [B, 1].</summary>
    public static (Value Mean, Value LogSum) Expectation(Graph graph, Value logits, Value values)
    {
        var (B, C) = (graph.ShapeOf(logits).Rows, graph.ShapeOf(logits).Cols);
        var (mean, logSum) = graph.Attention(
            graph.Input($"{Ones}/{B}", B, 1), graph.Reshape(logits, B * C, 1), graph.Reshape(values, B * C, 1), B, 1);
        return (mean, logSum);
    }

    #region softmax-entropies
    /// <summary>H of each row, [B, 1], and H of the mean of the rows' distributions, [1, 1], nats.</summary>
    /// <remarks>Their difference, the rows' mean taken off, is I(row; class).</remarks>
    public static (Value OfEach, Value OfMean) Entropies(Graph graph, Value logits)
    {
        var (B, C) = (graph.ShapeOf(logits).Rows, graph.ShapeOf(logits).Cols);
        var (mean, logSum) = Expectation(graph, logits, logits);
        var logProbabilities = graph.Minus(logits, graph.MatrixProduct(logSum, graph.Input(Row(C), 1, C)));
        // log Σ_b q_bc, logits of the mean: classes are queries, each a unit vector, and rows are keys.
        var (_, sums) = graph.Attention(
            graph.Input(Units(C), C, C), logProbabilities, graph.Input($"{Ones}/{B}", B, 1), 1, 1);
        var ofMean = graph.Reshape(sums, 1, C);
        var (meanOfMean, logSumOfMean) = Expectation(graph, ofMean, ofMean);
        return (graph.Minus(logSum, mean), graph.Minus(logSumOfMean, meanOfMean));
    }
    #endregion

    static string Row(int C) => $"{Ones}/1x{C}";

    static string Units(int C) => $"units/{C}";

    /// <summary>Fills the constants of a plan whose graph asked for rows of B and of 1, and C classes.</summary>
    public static void SetConstants(Plan plan, Devices.Device device, int C, params int[] rows)
    {
        foreach (var B in rows)
            if (plan.Reads($"{Ones}/{B}")) device.Ops.Fill(plan.Input($"{Ones}/{B}"), 1);
        if (plan.Reads(Row(C))) device.Ops.Fill(plan.Input(Row(C)), 1);
        if (!plan.Reads(Units(C))) return;
        var units = new float[C * C];
        for (var c = 0; c < C; c++) units[c * C + c] = 1;
        device.Upload(units, plan.Input(Units(C)));
    }
}
