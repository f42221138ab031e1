namespace Hybrid.Autodiff

open Hybrid.Formulas

/// Points and the components of a mixture, as the operations on its density or on its marginals take them.
type Mixture<'v> =
    {
        /// [B, D].
        Z: 'v
        /// [N, D].
        Mu: 'v
        /// ½e^−logVar, [N, D].
        HalfPrecision: 'v
        /// What GaussianScales gives, [N, 1]; of marginals, whose scales differ, logVar[N, D].
        Scale: 'v
        Weights: MixtureWeights
    }

    /// The same mixture over other operands.
    member m.Map(f: 'v -> 'w) : Mixture<'w> =
        { Z = f m.Z
          Mu = f m.Mu
          HalfPrecision = f m.HalfPrecision
          Scale = f m.Scale
          Weights = m.Weights }
