// Receives with gorilla/websocket and protobuf: receive ADDRESS MESSAGES
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	pb "jellyfish/notifications"
)

func send(socket *websocket.Conn, message *pb.ServerMessage) {
	bytes, err := proto.Marshal(message)
	if err == nil {
		err = socket.WriteMessage(websocket.BinaryMessage, bytes)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func receive(socket *websocket.Conn) (*pb.ServerMessage, error) {
	_, bytes, err := socket.ReadMessage()
	if err != nil {
		return nil, err
	}
	message := &pb.ServerMessage{}
	return message, proto.Unmarshal(bytes, message)
}

func expect(socket *websocket.Conn, what func(*pb.ServerMessage) bool) {
	if message, err := receive(socket); err != nil || !what(message) {
		log.Fatal("another message, or ", err)
	}
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	wanted, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	url := "ws://" + os.Args[1] + "/socket/server/websocket"
	socket, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		log.Fatal(err)
	}
	send(socket, &pb.ServerMessage{Content: &pb.ServerMessage_AuthRequest_{
		AuthRequest: &pb.ServerMessage_AuthRequest{Token: "development"}}})
	expect(socket, func(m *pb.ServerMessage) bool { return m.GetAuthenticated() != nil })
	send(socket, &pb.ServerMessage{Content: &pb.ServerMessage_SubscribeRequest_{
		SubscribeRequest: &pb.ServerMessage_SubscribeRequest{
			EventType: pb.ServerMessage_EVENT_TYPE_SERVER_NOTIFICATION}}})
	expect(socket, func(m *pb.ServerMessage) bool { return m.GetSubscribeResponse() != nil })

	var began time.Time
	var used time.Duration
	checksum := 0
	for received := 0; received < wanted; received++ {
		message, err := receive(socket)
		if err != nil {
			log.Fatal(err)
		}
		if received == 0 {
			began, used = time.Now(), cpu()
		}
		connected := message.GetPeerConnected()
		if connected == nil {
			log.Fatal("another message")
		}
		checksum += len(connected.RoomId) + len(connected.PeerId)
	}
	seconds, used := time.Since(began).Seconds(), cpu()-used
	if _, err = receive(socket); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		log.Fatal("no close frame with 1000, but ", err)
	}
	fmt.Printf("go messages %d seconds %f checksum %d cpu %f\n",
		wanted, seconds, checksum, used.Seconds())
}
