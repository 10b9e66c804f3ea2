filedesc://x.arc 0.0.0.0 20240325100000 text/plain 66
1 0 Maker
URL IP-address Archive-date Content-type Archive-length

http://news.example/1 192.0.2.1 20240325100000 text/html 59
HTTP/1.1 200 OK
Content-Type: text/html

<p>Flood ف</p>
http://news.example/2 192.0.2.1 20240325100001 text/html 59
HTTP/1.1 200 OK
Content-Type: text/html

<p>Flood ف</p>
