docker run -it --name @{container} ubuntu bash
printf %@{bytes}s > /file
^D
