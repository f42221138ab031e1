namespace Hybrid.Formulas;

public static partial class LaneMath
{
    /// <summary>The largest error of each function, in units in the last place of the exact result.</summary>
    /// <remarks>
    /// A unit is the distance between neighbouring floats at the exact result, 2⁻¹⁴⁹ for subnormal ones. Each
    /// number is the largest error over all 2³² arguments (for turns: all |x| ≤ 2²⁰), rounded up. They are
    /// contracts: <see cref="Bound32"/> builds tolerances from them, and the tests assert them.
    /// </remarks>
    public static class MaxUlp
    {
        /// <summary>1.0086 at x = −27.379135.</summary>
        public const double Exp = 1.01;

        /// <summary>1.4391 at x = 17.001972, where the 1 is half a unit of e^x.</summary>
        public const double Expm1 = 1.44;

        /// <summary>0.8065 at x = 1.3968245.</summary>
        public const double Log = 0.81;

        /// <summary>1.3939 at x = 0.3991029.</summary>
        public const double Log1p = 1.4;

        /// <summary>2.4984 at x = 4.5050907.</summary>
        public const double Tanh = 2.5;

        /// <summary>2.4019 at x = −4.157294.</summary>
        public const double Sigmoid = 2.41;

        /// <summary>1.6755 at x = −1.2646601.</summary>
        public const double Softplus = 1.68;

        /// <summary>1.0621 at x = −0.9539324.</summary>
        public const double Erf = 1.07;

        /// <summary>0.9991 at x = 3.993136E-39: 2πx of a subnormal number.</summary>
        public const double SinTurn = 1;

        /// <summary>1.0094 at x = 0.12490114.</summary>
        public const double CosTurn = 1.01;
    }
}
