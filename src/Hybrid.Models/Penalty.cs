using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>What an objective adds to mean(nll) + β·KL: terms of the codes of a batch.</summary>
public abstract record Penalty
{
    private protected Penalty() { }

    /// <summary>The least batch that it is made for.</summary>
    public virtual int LeastBatch => 1;

    /// <summary>The same for a model that learns from so many examples.</summary>
    public virtual Penalty For(VaeShape shape, int examples) => this;

    /// <summary>Values [n, 1] and the names of their weights.</summary>
    public abstract (Value Value, string Weight)[] Terms(Graph graph, VaeValues values);

    /// <summary>Writes the numbers of the terms that do not change.</summary>
    /// <param name="device">Of the plan.</param>
    /// <param name="plan">What the terms became.</param>
    /// <param name="B">Rows of a batch.</param>
    /// <param name="K">Columns of the codes.</param>
    internal abstract void SetConstants(Device device, Plan plan, int B, int K);
}
