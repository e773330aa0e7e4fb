// The random numbers: the generator's published vectors, and the distributions made from it.

namespace VaeFromScratch.Tensors.Tests;

public class RandomTests
{
    private static readonly uint[] GoldenUniform = [0x3E3739CC, 0x3D9A4710, 0x3F7CF8E0, 0x3F2287AA];
    private static readonly uint[] GoldenNormal = [0x3F56C7A5, 0x3E994F90, 0x3E312352, 0x3E215069];
    private static readonly int[] GoldenOrder = [0, 9, 3, 2, 1, 4, 5, 7, 6, 8];

    // The known answers of Philox 4x32-10 that its authors publish with the Random123 library (kat_vectors).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xfffffffffffffffful, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_its_published_blocks(uint x, uint y, uint z, uint w, ulong key, uint x2, uint y2, uint z2, uint w2) =>
        Assert.Equal(new UInt4(x2, y2, z2, w2), Philox.Block(new UInt4(x, y, z, w), key));

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        var numbers = new float[1_000_000];
        new RandomSequence(7, 1, 2).FillUniform(numbers);
        Assert.All(numbers, u => Assert.InRange(u, 0f, 1f - 1f / (1 << 24)));
        var bins = new int[100];
        foreach (var u in numbers) bins[(int)(u * 100)]++;
        // Chi-square with 99 degrees of freedom: 148.2 is its 99.9 % quantile.
        Assert.InRange(bins.Sum(count => (count - 10_000.0) * (count - 10_000.0) / 10_000), 0, 148.2);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_the_normal_distribution()
    {
        const int count = 4_000_000;
        var numbers = new float[count];
        new RandomSequence(7, 3, 0).FillNormal<float>(numbers);
        double Moment(int power) => numbers.Sum(z => Math.Pow(z, power)) / count;
        // Each bound is five standard errors: the variance of z^p is E[z^2p] - E[z^p]^2.
        Assert.Equal(0, Moment(1), 5 / Math.Sqrt(count));
        Assert.Equal(1, Moment(2), 5 * Math.Sqrt(2.0 / count));
        Assert.Equal(0, Moment(3), 5 * Math.Sqrt(15.0 / count));
        Assert.Equal(3, Moment(4), 5 * Math.Sqrt(96.0 / count));
        Assert.Equal(0.0026998, numbers.Count(z => Math.Abs(z) > 3) / (double)count, 5 * Math.Sqrt(0.0027 / count));
        Assert.All(numbers, z => Assert.InRange(z, -5.8f, 5.8f));
    }

    [Fact]
    public void Normal_numbers_do_not_depend_on_how_they_are_drawn()
    {
        var sequence = new RandomSequence(42, 3, 5);
        var all = new float[200];
        sequence.FillNormal<float>(all);
        for (var start = 0; start < 50; start++)
        {
            var part = new float[start + 7];
            sequence.FillNormal<float>(part, start);
            Assert.Equal(all[start..(2 * start + 7)], part);
        }
    }

    [Fact]
    public void Sequences_of_other_seeds_purposes_and_indices_share_nothing()
    {
        float[] First(RandomSequence sequence)
        {
            var numbers = new float[8];
            sequence.FillNormal<float>(numbers);
            return numbers;
        }

        RandomSequence[] sequences = [new(1, 1, 1), new(2, 1, 1), new(1, 2, 1), new(1, 1, 2), new(1ul << 32 | 1, 1, 1)];
        Assert.Equal(8 * sequences.Length, sequences.SelectMany(First).Distinct().Count());
    }

    // These bits are part of every published result: a machine that does not give them can't reproduce one.
    [Fact]
    public void The_first_numbers_are_the_same_on_every_machine()
    {
        var (uniform, normal, order) = (new float[4], new float[4], Enumerable.Range(0, 10).ToArray());
        new RandomSequence(0, 1, 0).FillUniform(uniform);
        new RandomSequence(0, 3, 0).FillNormal<float>(normal);
        new RandomSequence(0, 2, 0).Shuffle(order);
        Assert.Equal(GoldenUniform, uniform.Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(GoldenNormal, normal.Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(GoldenOrder, order);
    }

    [Fact]
    public void A_shuffle_gives_every_order_equally_often()
    {
        var counts = new Dictionary<string, int>();
        const int rounds = 24_000;
        for (var round = 0u; round < rounds; round++)
        {
            int[] items = [0, 1, 2, 3];
            new RandomSequence(1, 2, round).Shuffle(items);
            var order = string.Concat(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        // Chi-square with 23 degrees of freedom: 49.7 is its 99.9 % quantile.
        Assert.InRange(counts.Values.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000), 0, 49.7);
    }
}
