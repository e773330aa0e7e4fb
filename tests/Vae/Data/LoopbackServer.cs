// A server on this machine that sends what a test wants, right or wrong, byte for byte.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VaeFromScratch.Vae.Tests.Data;

internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Reply> _answer;

    /// <param name="answer">The answer to a path.</param>
    public LoopbackServer(Func<string, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public List<string> Requests { get; } = [];

    /// <param name="Bytes">Header and body.</param>
    /// <param name="StaysOpen">Whether the connection is kept after them, as if more would come.</param>
    public readonly record struct Reply(byte[] Bytes, bool StaysOpen = false);

    public static Reply Ok(byte[] body, int? declared = null) => Status("200 OK", body, declared);

    public static Reply Status(string status, byte[] body, int? declared = null)
    {
        string header = $"HTTP/1.1 {status}\r\nContent-Length: {declared ?? body.Length}\r\nConnection: close\r\n\r\n";
        return new Reply([.. Encoding.ASCII.GetBytes(header), .. body]);
    }

    public void Dispose() => _listener.Stop();

    private async Task ServeAsync()
    {
        var kept = new List<TcpClient>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync() ?? "").Split(' ')[1].TrimStart('/');
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
                {
                }

                Requests.Add(path);
                Reply reply = _answer(path);
                await client.GetStream().WriteAsync(reply.Bytes);
                if (reply.StaysOpen)
                    kept.Add(client);
                else
                    client.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Stopped, or the client went away.
        }
        finally
        {
            kept.ForEach(client => client.Dispose());
        }
    }
}
