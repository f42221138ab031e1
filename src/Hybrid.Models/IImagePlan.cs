using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>A graph for a fixed batch of images, ready to run: fill <see cref="X"/>, run, read.</summary>
public interface IImagePlan
{
    /// <summary>The batch, [B, D]: fill before a run.</summary>
    Tensor X { get; }

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    void Run(uint step);
}

/// <summary>One that makes the images again from their codes.</summary>
public interface IReconstructionPlan : IImagePlan
{
    /// <summary>Mean of p(x | z) at the drawn z, [B, D].</summary>
    Tensor Mean { get; }
}
