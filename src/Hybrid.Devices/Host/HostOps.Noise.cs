using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void Uniforms(Tensor y, in Noise noise) =>
        Noisy<UniformBlock<T, TWord>, NoiseMap<T>>(new(View(y)), y, noise);

    public void Normals(Tensor y, in Noise noise) =>
        Noisy<NormalBlock<T, TWord>, NoiseMap<T>>(new(View(y)), y, noise);

    public void Binarize(Tensor p, in Noise noise, Tensor x) =>
        Noisy<UniformBlock<T, TWord>, BinarizeMap<T>>(new(View(p), View(x)), x, noise);

    public void ReparameterizeKl(Tensor mu, Tensor logVar, in Noise noise, Tensor z, Tensor kl)
    {
        var sum = new ReparameterizeKlSum<T>(View(mu), View(logVar), View(z), View(kl));
        Share(new NoisySumLoop<T, TWord, NormalBlock<T, TWord>, ReparameterizeKlSum<T>>(sum, z.Cols, noise),
            z.Rows, (long)z.Cols * Random);
    }

    public void ReparameterizeKlGrad(
        Tensor mu, Tensor logVar, in Noise noise, Tensor dz, Tensor dKl, Tensor dMu, Tensor dLogVar)
    {
        var map = new ReparameterizeKlGradMap<T>(
            View(mu), View(logVar), View(dz), View(dKl), View(dMu), View(dLogVar));
        Noisy<NormalBlock<T, TWord>, ReparameterizeKlGradMap<T>>(map, dz, noise);
    }

    void Noisy<TNoise, TMap>(TMap map, Tensor like, in Noise noise)
        where TNoise : INoiseBlock<T, TWord>
        where TMap : unmanaged, INoisyMap<T> =>
        Share(new NoisyMapLoop<T, TWord, TNoise, TMap>(map, like.Cols, noise), like.Rows,
            (long)like.Cols * Random);
}
