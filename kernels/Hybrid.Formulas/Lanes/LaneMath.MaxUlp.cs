namespace Hybrid.Formulas;

public static partial class LaneMath
{
    /// <summary>The largest error of each function, in units in the last place of the exact result.</summary>
    /// <remarks>
    /// These numbers are contracts: <see cref="Bound32"/> builds tolerances from them, and the tests assert
    /// them over floats sampled by bit pattern in every value lane.
    /// </remarks>
    public static class MaxUlp
    {
        public const double Exp = 1.01;
        public const double Expm1 = 1.44;
        public const double Log = 0.81;
        public const double Log1p = 1.4;
        public const double Tanh = 2.5;
        public const double Sigmoid = 2.41;
        public const double Softplus = 1.7;
        public const double Erf = 1.05;
        public const double SinTurn = 1.02;
        public const double CosTurn = 1.0;
    }
}
